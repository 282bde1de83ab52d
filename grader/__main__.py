"""``python -m grader`` is the command ``grader``. It can be stopped from its first moment on."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Run the command. While it is still being imported, Ctrl-C ends it at once."""
    signal.signal(signal.SIGINT, _end_at_once)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])  # `./run` held it back until now
    from grader.cli import main as command

    command()


def _end_at_once(number: int, _: object) -> None:
    os.write(2, b"grader: stopped\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
