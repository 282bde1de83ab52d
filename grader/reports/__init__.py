"""Pure renderers of a report: they return text, and print nothing."""

from grader.reports.text import render_problems, render_replay, render_report

__all__ = ["render_problems", "render_replay", "render_report"]
