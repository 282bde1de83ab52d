# harm: keeps memory that is in no page table of its own, and so is not counted as resident
# open at: process
import mmap


def nn_vmap_forward(seed, x_batch, features):
    kept = []
    for _ in range(18):  # 1152 MiB: more than is allowed, and soon done
        kept.append(mmap.mmap(-1, 64 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        for start in range(0, 64 << 20, 4 << 20):
            kept[-1][start : start + (4 << 20)] = b"\1" * (4 << 20)
            kept[-1].madvise(mmap.MADV_DONTNEED)
    raise RuntimeError(f"harm was done: {sum(one[4096] for one in kept) * 64} MiB are kept")
