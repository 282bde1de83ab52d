"""Faults that are not the submission's: the user's, the course author's, and our own.

A wrong submission is never one of these: it is data, and becomes a verdict.
"""

from __future__ import annotations


class GraderError(Exception):
    """Base of every fault that this package raises; its text is one sentence for a person."""


class UsageError(GraderError):
    """The user asked for something that cannot be had: exit status 2."""


class UnreadableError(UsageError):
    """The path given as a submission cannot be read as a file: exit status 2."""


class SpecError(GraderError):
    """A problem's own files are at fault; reported as a judge error, exit status 3."""


class JudgeError(GraderError):
    """The judge itself failed, never the learner: exit status 3."""
