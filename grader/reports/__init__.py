"""Pure renderers: they return what is to be printed, and print nothing."""

from grader.reports.cached import render_cache
from grader.reports.changes import render_changes
from grader.reports.checkup import render_checkup
from grader.reports.explained import render_explained
from grader.reports.text import render_problems, render_replay, render_report

__all__ = [
    "render_cache",
    "render_changes",
    "render_checkup",
    "render_explained",
    "render_problems",
    "render_replay",
    "render_report",
]
