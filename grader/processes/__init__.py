"""Starts processes of workers, with little to import: it is the first thing that a grade needs."""

from grader.processes.starter import BY_THEMSELVES, Process, Starter

__all__ = ["BY_THEMSELVES", "Process", "Starter"]
