"""Starts the processes of workers: forked from one that has imported jax, or each by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from grader import cache, worker
from grader.hashing import OWN_SEED
from grader.processes.fork_server import AVAILABLE, Forked, ForkServer

WORKER = Path(worker.__file__).parent
BOOT = """
import importlib, importlib.util, sys
spec = importlib.util.spec_from_file_location(
    "grader_worker", sys.argv[1] + "/__init__.py", submodule_search_locations=[sys.argv[1]])
sys.modules["grader_worker"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
importlib.import_module("grader_worker." + sys.argv[2]).start(*sys.argv[3:])
"""

Process = subprocess.Popen[bytes] | Forked


class Starter:
    """Starts workers, all from one fork server where that is to be had.

    The server starts at once, as its imports take a second. Without one, each worker does them.
    """

    def __init__(self, *, forks: bool = AVAILABLE, compiled: Path | None = None) -> None:
        """Prepare to start workers.

        Args:
          forks: whether they are forked.
          compiled: a folder of compiled programs, which trusted workers write and all read.
        """
        self._compiled = compiled
        self._server: ForkServer | None = None
        if forks:
            self._server = ForkServer(_command("fork_server"), self._environment("/"))

    @classmethod
    def with_cache(cls) -> Starter:
        """Return one that forks where it can, with this account's cache of compiled programs."""
        cache.trim()
        return cls(compiled=cache.compiled())

    @property
    def server(self) -> int | None:
        """The process id of the fork server."""
        return self._server.pid if self._server else None

    def start(
        self, folder: Path, home: Path, level: str, lifeline: int, hash_seed: int | None = None
    ) -> Process:
        """Start a worker.

        Args:
          folder: the folder of its box.
          home: the folder in there that it starts in.
          level: the isolation level; empty for the course's own code.
          lifeline: the descriptor whose other end's closing ends the box.
          hash_seed: one for this process alone, which then does its own imports.

        Raises:
          OSError: it cannot be started.
        """
        if hash_seed is None and self._server is not None and self._server.alive:
            return self._server.fork(str(folder), str(home), level, lifeline)
        return subprocess.Popen(
            _command("main", str(lifeline), str(folder), level),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home,
            env=self._environment(str(home), hash_seed),
            start_new_session=True,
            pass_fds=[lifeline],
            bufsize=0,
        )

    def last_words(self) -> str:
        """Return what the fork server complained of, if it could not do its imports."""
        return self._server.last_words() if self._server is not None else ""

    def close(self) -> None:
        """End the fork server."""
        if self._server is not None:
            self._server.close()

    def _environment(self, home: str, hash_seed: int | None = None) -> dict[str, str]:
        environment = {
            "HOME": home,
            "TMPDIR": home,
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": str(hash_seed or OWN_SEED),  # a report must come out the same
            "JAX_PLATFORMS": "cpu",
            "MPLBACKEND": "Agg",  # there is no screen
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "NPROC": "2",  # XLA's threads; on 200 cores their stacks alone would fill the limit
            "MALLOC_ARENA_MAX": "2",  # or threads reserve gigabytes of address space
            "TF_CPP_MIN_LOG_LEVEL": "2",
            # Compiles in 2/3 of the time. At level 0 the same draw in another program differs more.
            "XLA_FLAGS": "--xla_backend_optimization_level=1",
        }
        if self._compiled is not None:
            environment |= {
                "JAX_COMPILATION_CACHE_DIR": str(self._compiled),
                "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
                "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            }
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):  # some interpreters need it to start
            if name in os.environ:
                environment[name] = os.environ[name]
        return environment


def _command(module: str, *arguments: str) -> list[str]:
    # -s and -P: nothing of the user's on the path; -B: no bytecode written; -u: text at once
    flags = ["-s", "-P", "-B", "-u"]
    return [sys.executable, *flags, "-c", BOOT, str(WORKER), module, *arguments]


BY_THEMSELVES = Starter(forks=False)
