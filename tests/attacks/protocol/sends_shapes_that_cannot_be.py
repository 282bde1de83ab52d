# harm: sends arrays of shapes and types that cannot be, with the bytes to go with them
import sys

SHAPES = [
    ("float4_e2m1fn", [1] * 64, 1),
    ("float8_e8m0fnu", [16], 16),
    ("complex128", [1 << 22], 1 << 26),
    ("int4", [3], 3),
    ("float32", [0, 1 << 40, 1 << 40], 0),
]
calls = []


def nn_vmap_forward(seed, x_batch, features):
    server = sys._getframe(1).f_locals["self"]
    dtype, shape, size = SHAPES[len(calls) % len(SHAPES)]
    calls.append(None)
    header = {"outcome": "array", "library": "numpy", "dtype": dtype, "shape": shape}
    server._describe_output = lambda _: (header, b"\xff" * size)
