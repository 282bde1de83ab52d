"""Removes a folder in which learner code may have made what it liked."""

from __future__ import annotations

import contextlib
import os
import shutil


def remove(folder: str) -> None:
    """Remove a box's folder with all that is in it; no process of the box is left by then."""
    with contextlib.suppress(RecursionError):  # folders nested by the thousand
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):
        import subprocess

        # These two do not recurse. A folder of mode 0 can only be removed once it is not.
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            with contextlib.suppress(OSError):
                subprocess.run([*command, "--", folder], check=False, stderr=subprocess.DEVNULL)
