# harm: prints from many threads while a call goes on
import sys
import threading


def talk():
    while True:
        sys.stderr.write("y" * 10_000)


def nn_vmap_forward(seed, x_batch, features):
    for _ in range(8):
        threading.Thread(target=talk, daemon=True).start()
    threading.Event().wait()
