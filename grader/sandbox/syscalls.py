"""Builds the seccomp programs of a box: which system calls learner code may make.

``python -m grader.sandbox.syscalls`` writes them to grader/worker/ with libseccomp; a worker loads
the bytes without it. Everything that is not listed fails with EPERM; starting a program fails as if
there were no such program. The programs are the same for every box but for one constant: where
`OWN_PID` stands, a worker puts its own process id.
"""

from __future__ import annotations

import argparse
import errno
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.worker import seccomp
from grader.worker.seccomp import OWN_PID, program_path

ARCHITECTURES = ("x86_64", "aarch64")

# What Python, numpy and XLA use once they have been imported, and what harms nobody else.
HARMLESS = """
brk munmap mprotect mremap madvise mincore membarrier
read readv pread64 preadv preadv2 write writev pwrite64 lseek close close_range
open openat access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd
stat lstat fstat newfstatat statx statfs fstatfs
dup dup2 dup3 pipe pipe2 poll ppoll select pselect6 eventfd eventfd2
epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
futex futex_waitv set_robust_list get_robust_list rseq set_tid_address
sched_yield sched_getaffinity sched_getparam sched_getscheduler
sched_get_priority_max sched_get_priority_min getcpu getpriority
getpid gettid getppid getpgrp getpgid getsid
getuid geteuid getgid getegid getgroups getresuid getresgid
uname sysinfo getrusage times time gettimeofday clock_gettime clock_getres
nanosleep clock_nanosleep alarm setitimer getitimer getrlimit getrandom umask
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
restart_syscall exit exit_group wait4 waitid arch_prctl
""".split()

# Where a problem grants a scratch folder; Landlock says in which folder.
FOR_SCRATCH = """
mkdir mkdirat unlink unlinkat rmdir rename renameat renameat2 ftruncate fallocate fsync fdatasync
flock
""".split()

# Commands that say or change something about the process's own descriptors alone: no F_SETOWN,
# which has the kernel send signals to any process of the account.
FCNTL = {
    "F_DUPFD": 0,
    "F_GETFD": 1,
    "F_SETFD": 2,
    "F_GETFL": 3,
    "F_SETFL": 4,
    "F_DUPFD_CLOEXEC": 1030,
    "F_GET_SEALS": 1034,
}
IOCTL = {
    "TCGETS": 0x5401,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}
PRCTL = {"PR_GET_DUMPABLE": 3, "PR_SET_NAME": 15, "PR_GET_NAME": 16, "PR_SET_VMA": 0x53564D41}

# Shared memory without a file can be kept and not be counted as resident.
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20
CLONE_THREAD, CLONE_VFORK = 0x00010000, 0x00004000
NO_NAMESPACES = 0x7E020080  # every CLONE_NEW*, which a thread cannot ask for anyway
KEEPS_ITS_LIMITS = 0  # prlimit64's third argument: no new limits
AF_UNIX = 1
NO_ADDRESS = 0  # sendto's fifth argument: to the other end, where there is one
# What starts a program in the end, or on the way: `subprocess` and `posix_spawn` call vfork first.
STARTS_A_PROGRAM = "execve execveat vfork".split()


@dataclass(frozen=True, slots=True)
class Rule:
    """A system call that may be made where each of its arguments is so.

    An argument is (place, "EQ", value, 0) or (place, "MASKED_EQ", mask, value). `answers` is an
    errno that is returned instead of making the call.
    """

    name: str
    arguments: tuple[tuple[int, str, int, int], ...] = ()
    answers: int | None = None


def rules(scratch: bool) -> Iterator[Rule]:
    """Yield what a box may do, with or without a folder to write in."""
    for name in HARMLESS + (FOR_SCRATCH if scratch else []):
        yield Rule(name)
    for name, commands in (("fcntl", FCNTL), ("ioctl", IOCTL)):
        for value in commands.values():
            yield Rule(name, ((1, "EQ", value, 0),))
    for without in (MAP_SHARED, MAP_ANONYMOUS):
        yield Rule("mmap", ((3, "MASKED_EQ", without, 0),))
    for value in PRCTL.values():
        yield Rule("prctl", ((0, "EQ", value, 0),))
    flags = CLONE_THREAD | CLONE_VFORK | NO_NAMESPACES
    yield Rule("clone", ((0, "MASKED_EQ", flags, CLONE_THREAD),))
    yield Rule("clone", ((0, "MASKED_EQ", CLONE_VFORK, CLONE_VFORK),), answers=errno.ENOENT)
    for name in STARTS_A_PROGRAM:
        yield Rule(name, answers=errno.ENOENT)
    # Two connected ends inside this process, as asyncio wakes itself with. No socket that could
    # reach further can be made, and no descriptor can be sent: there is no sendmsg.
    yield Rule("socketpair", ((0, "EQ", AF_UNIX, 0),))
    yield Rule("sendto", ((4, "EQ", NO_ADDRESS, 0),))
    yield Rule("recvfrom")
    # Its flags lie in memory, where no filter can see them. glibc falls back to clone.
    yield Rule("clone3", answers=errno.ENOSYS)
    for name in ("kill", "tgkill"):  # to itself: how abort ends a process
        yield Rule(name, ((0, "EQ", OWN_PID, 0),))
    yield Rule("prlimit64", ((2, "EQ", KEEPS_ITS_LIMITS, 0), (0, "EQ", 0, 0)))


def build(architecture: str, scratch: bool) -> bytes:
    """Return the program for a machine, as the kernel takes it."""
    import pyseccomp

    program = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    program.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    program.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)  # a binary tree
    native = pyseccomp.system_arch()
    wanted = getattr(pyseccomp.Arch, architecture.upper())
    if wanted != native:
        program.add_arch(wanted)
        program.remove_arch(native)
    for rule in rules(scratch):
        number: Any = pyseccomp.resolve_syscall(wanted, rule.name)
        if number < 0:  # an older name that this architecture never had
            continue
        action = pyseccomp.ALLOW if rule.answers is None else pyseccomp.ERRNO(rule.answers)
        arguments = [
            pyseccomp.Arg(place, getattr(pyseccomp, operator), one, other)
            for place, operator, one, other in rule.arguments
        ]
        program.add_rule(action, rule.name, *arguments)
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def main() -> None:
    """Write every program, or with ``--check`` say which of them is not up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    stale = []
    for architecture in ARCHITECTURES:
        for scratch in (False, True):
            path, program = Path(program_path(architecture, scratch)), build(architecture, scratch)
            if check and (not path.is_file() or path.read_bytes() != program):
                stale.append(path.name)
            elif not check:
                path.write_bytes(program)
    if stale:
        sys.exit(f"not what {seccomp.__name__} needs, write them again: {', '.join(stale)}")


if __name__ == "__main__":
    main()
