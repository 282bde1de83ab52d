"""The judge for JAX exercises: grades a learner's Flax function against a reference.

`grade` is imported on first use, so that ``import grader`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.api import grade
    from grader.report import Report

__all__ = ["Report", "grade"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "grade":
        from grader.api import grade

        return grade
    if name == "Report":
        from grader.report import Report

        return Report
    raise AttributeError(f"module 'grader' has no attribute {name!r}")
