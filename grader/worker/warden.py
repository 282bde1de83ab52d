"""The parent of the process that runs learner code: it outlives it and leaves nothing behind.

The worker program forks once, before it has imported anything or started a thread. The child
becomes the worker proper; the parent, the warden, waits. It ends the box when the worker ends,
when the judge asks (by closing the lifeline) or when the judge is gone, however it went. On Linux
it is the subreaper of the box: a daemon that left the session is still its descendant. The worker
leads a process group of its own, which ends as a whole; elsewhere, that group is all there is.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import sys
import time
from typing import NoReturn

from . import folders, namespaces
from .system import prctl

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
OUTSIDE = 0  # what getppid says where the parent is in another namespace of processes
SECONDS_OF_DYING = 0.2  # of a judge: what it held is closed one by one
SECONDS_OF_KILLING = 4.0  # the judge waits a little longer for the end of a box


def guard(lifeline: int, folder: str, *, in_namespaces: bool = False) -> None:
    """Fork; return in the child, never in the parent, which guards the child until its end.

    With `in_namespaces` the child has users and process ids of its own; between it and the
    warden stands an init, the first process there, with which all others end.

    Raises:
      OSError: this machine does not allow namespaces.
    """
    if sys.platform == "linux":
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    if in_namespaces:
        namespaces.leave_users_and_processes()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    status_read, status_write = os.pipe()
    guarded = _fork()
    if guarded is None:
        for descriptor in (lifeline, wake_read, wake_write, status_read):
            os.close(descriptor)
        if in_namespaces:
            _require_warden(status_write)
            _be_init(status_write)
        os.close(status_write)  # of the worker: an init never comes here
        return
    os.close(status_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    _let_go_of_the_pipes()
    status = _watch(guarded, lifeline, wake_read)
    if in_namespaces:
        status = int(os.read(status_read, 16) or status)
    # A worker that only waits may see that the judge is gone before the lifeline says so.
    if select.select([lifeline], [], [], SECONDS_OF_DYING)[0]:  # else the judge removes it
        os.chdir("/")
        folders.remove(folder)
    _end_as(status)


def _fork() -> int | None:
    """Fork a process that leads a group of its own and ends with this one; None in the child."""
    parent = os.getpid()
    child = os.fork()
    with contextlib.suppress(OSError):  # both do it: neither may come too late
        os.setpgid(child, child)
    if child:
        return child
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() not in (parent, OUTSIDE):  # it died before the line above
            os._exit(0)
    return None


def _require_warden(status_write: int) -> None:
    """End unless the warden is there to read the status: `getppid` cannot tell an init."""
    poll = select.poll()
    poll.register(status_write, 0)
    if poll.poll(0):
        os._exit(0)


def _be_init(status_write: int) -> None:
    """Return in a child of this process; in this one reap all there is, until the child ends.

    Signals from within do not reach an init, so what ended the child is told to the warden.
    """
    worker = _fork()
    if worker is None:
        return
    _let_go_of_the_pipes()
    while True:
        ended, status = os.wait()
        if ended == worker:
            os.write(status_write, str(status).encode())
            os._exit(0)


def _watch(worker: int, lifeline: int, wake: int) -> int:
    """Wait for the end of the worker, or bring it about; return its wait status."""
    while True:
        ready, _, _ = select.select([lifeline, wake], [], [], 1.0)
        ended, status = os.waitpid(worker, os.WNOHANG)
        if not ended and lifeline in ready:
            _kill_group(worker)
            ended, status = os.waitpid(worker, 0)
        if ended:
            _kill_group(worker)
            _kill_descendants()
            return status
        if wake in ready:
            os.read(wake, 4096)


def _end_as(status: int) -> NoReturn:
    """End as the worker did: the judge tells a signal from an exit code above 128."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(OSError):  # SIGKILL cannot be handled in the first place
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status))


def _let_go_of_the_pipes() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _kill_group(leader: int) -> None:
    """End a whole process group at once: no process of it can fork itself away meanwhile."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(leader, signal.SIGKILL)  # it may have left its group


def _kill_descendants() -> None:
    """End what has left the group too: our children, then theirs, which are ours by then."""
    deadline = time.monotonic() + SECONDS_OF_KILLING
    found = True
    while found and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        found = _kill_children()


def _kill_children() -> bool:
    """End each child the moment it is found, the newest first: it may fork itself away."""
    if not os.path.isdir("/proc/self"):  # macOS: the group was all there is
        return False
    found = False
    for pid in sorted((int(name) for name in os.listdir("/proc") if name.isdigit()), reverse=True):
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(f"/proc/{pid}/stat", "rb") as stat:
                parent = int(stat.read().rpartition(b")")[2].split()[1])
            if parent == os.getpid():
                found = True
                os.kill(pid, signal.SIGKILL)
    return found
