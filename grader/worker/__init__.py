"""The worker: the only program that imports jax and flax, and runs a submission.

It is a program of its own, started from this folder under the name ``grader_worker``; it
imports nothing of ``grader``. The judge imports only `wire` from here, which needs numpy alone.
It reports what it saw and concludes nothing: what it says is evidence, decided on elsewhere.
"""
