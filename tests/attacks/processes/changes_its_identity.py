# harm: becomes another account, gains capabilities or enters other namespaces
import ctypes
import os
import struct

ARENA = {}
VERSION, MOUNTS, NO_NEW_PRIVILEGES, AMBIENT = 0x20080522, 0x00020000, 38, 47


def nn_vmap_forward(seed, x_batch, features):
    libc, failures = ctypes.CDLL(None, use_errno=True), []
    other = 65534 if os.getuid() == 0 else 0
    for name, *arguments in (
        ("setuid", other),
        ("setresuid", other, other, other),
        ("setgid", other),
        ("setgroups", 1, struct.pack("i", other)),
        ("capset", struct.pack("=Ii", VERSION, 0), struct.pack("=6I", *[0xFFFFFFFF] * 6)),
        ("prctl", NO_NEW_PRIVILEGES, 0, 0, 0, 0),
        ("prctl", AMBIENT, 2, 21, 0, 0),
        ("unshare", MOUNTS),
        ("sethostname", b"other", 5),
    ):
        result = getattr(libc, name)(*arguments)
        failures.append(f"{name}: {result}, {os.strerror(ctypes.get_errno())}")
    for kind in ("mnt", "net", "pid", "user"):
        try:
            entered = libc.setns(os.open(f"/proc/{ARENA['judge']}/ns/{kind}", os.O_RDONLY), 0)
            failures.append(f"{kind}: {entered}, {os.strerror(ctypes.get_errno())}")
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
