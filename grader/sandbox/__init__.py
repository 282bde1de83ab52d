"""Starts a worker inside limits, speaks frames with it, and says which walls stand."""

from grader.sandbox.box import Box, BoxLimits, Ended
from grader.sandbox.walls import describe_isolation

__all__ = ["Box", "BoxLimits", "Ended", "describe_isolation"]
