# harm: has other programs make files
# open at: process
import multiprocessing
import os
import subprocess
from concurrent.futures import ProcessPoolExecutor

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    path, failures = os.path.join(ARENA["drop"], "made"), []
    touch = ["/usr/bin/touch", path]
    for run in (
        lambda: subprocess.run(touch, check=True),
        lambda: subprocess.run(f"touch {path}", shell=True, check=True),
        lambda: os.waitpid(os.posix_spawn(touch[0], touch, {}), 0),
        lambda: os.popen(f"touch {path}").read(),
        lambda: multiprocessing.get_context("spawn").Process(target=os.mkdir, args=[path]).start(),
        lambda: multiprocessing.get_context("fork").Process(target=os.mkdir, args=[path]).start(),
        lambda: ProcessPoolExecutor(1).submit(os.mkdir, path).result(5),
    ):
        try:
            run()
        except OSError as error:
            failures.append(error)
    if os.system(f"touch {path}"):
        failures.append("os.system failed")
    raise RuntimeError(failures)
