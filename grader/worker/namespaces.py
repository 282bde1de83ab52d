"""Puts a box into namespaces of its own: users, processes, mounts, network, System V IPC, names.

The warden calls `leave_users_and_processes` before it forks; what it forks then has every
capability inside the new user namespace, which the worker uses for `leave_the_rest` and drops.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from .system import call, syscall

NEW_MOUNTS, NEW_NAMES, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USERS, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000

MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18
MS_NOSUID, MS_NODEV = 1 << 1, 1 << 2
MNT_DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MOUNT_SETATTR = 442
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
READ_ONLY, NO_SETUID = 0x1, 0x2
SCRATCH = "/scratch"  # where a folder to write in lies
EMPTY = "/empty"  # a folder whose mode lets it be written to, with no room for a single file


def leave_users_and_processes() -> None:
    """Enter a new user namespace, with every capability there; children get new process ids.

    Raises:
      OSError: this machine does not allow it.
    """
    user, group = os.geteuid(), os.getegid()
    call("unshare", NEW_USERS | NEW_PROCESSES)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def leave_the_rest(root: str, readable: Iterable[str], usable: Iterable[str], mib: int) -> None:
    """Enter new namespaces in which these paths alone exist, read-only, and no network.

    Args:
      root: an empty folder; it becomes the root folder, here alone.
      readable: files and folders to keep.
      usable: device files to keep.
      mib: the size of the folder `SCRATCH`; with 0 there is none.

    Raises:
      OSError: this machine does not allow it.
    """
    call("unshare", NEW_MOUNTS | NEW_NETWORK | NEW_IPC | NEW_NAMES)
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m")
    for path in readable:
        _bind(path, root + path, AT_RECURSIVE)
    for path in usable:
        _bind(path, root + path, 0)
    _copy_links(root)
    if mib:
        os.mkdir(root + SCRATCH)
        options = f"mode=700,size={mib}m,nr_inodes=10k"
        _mount("tmpfs", root + SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV, options)
    os.mkdir(root + EMPTY)
    _mount("tmpfs", root + EMPTY, "tmpfs", MS_NOSUID | MS_NODEV, "mode=700,size=4k,nr_inodes=1")
    os.chdir(root)
    # The old root comes to lie over the new one, and is taken away.
    syscall(PIVOT_ROOT[os.uname().machine], _text("."), _text("."))
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")
    _set_read_only("/", 0)


def _bind(source: str, target: str, recursive: int) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(source, target, None, MS_BIND | MS_REC)
    _set_read_only(target, recursive)


def _copy_links(root: str) -> None:
    """Make /lib and the like point where they pointed: libraries are looked for under /lib."""
    for path in ("/lib", "/lib64"):
        if os.path.islink(path) and not os.path.lexists(root + path):
            os.symlink(os.readlink(path), root + path)


def _set_read_only(path: str, recursive: int) -> None:
    # A device file stays usable on a read-only mount. This only ever adds to a mount's flags.
    attributes = struct.pack("=QQQQ", READ_ONLY | NO_SETUID, 0, 0, 0)
    buffer = ctypes.cast(ctypes.create_string_buffer(attributes, 32), ctypes.c_void_p)
    syscall(MOUNT_SETATTR, AT_FDCWD, _text(path), recursive, buffer, len(attributes))


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    call(
        "mount",
        os.fsencode(source) if source else None,
        os.fsencode(target),
        kind.encode() if kind else None,
        flags,
        data.encode() if data else None,
    )


def _text(path: str) -> ctypes.c_void_p:
    return ctypes.cast(ctypes.create_string_buffer(os.fsencode(path)), ctypes.c_void_p)
