"""Starts a worker inside walls and limits, speaks frames with it, and says which walls stand."""

from grader.sandbox.box import Box, Ended, Ready, WallsError
from grader.sandbox.watch import BoxPlan

__all__ = ["Box", "BoxPlan", "Ended", "Ready", "WallsError"]
