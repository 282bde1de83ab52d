# harm: steers what the worker imports later, through hooks and through the path
import builtins
import sys

import numpy as np

IMPORT = builtins.__import__


class Finder:
    def find_spec(self, name, path=None, target=None):
        raise RuntimeError(f"import of {name}")


def hooked(name, *args, **kwargs):
    if name == "json":
        raise KeyboardInterrupt(name)
    return IMPORT(name, *args, **kwargs)


sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, Finder().find_spec)
sys.path[:] = ["/tmp", "."]
sys.path_importer_cache.clear()
del sys.modules["json"]
builtins.__import__ = hooked


def nn_vmap_forward(seed, x_batch, features):
    return np.zeros(x_batch.shape[0] * features, dtype=np.float32)
