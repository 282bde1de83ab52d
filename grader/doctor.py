"""Looks at the machine: which isolation stands here, why no stronger one, what grading uses."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from grader import __version__, cache
from grader.forbidden import ALWAYS
from grader.isolation import STRONGEST_FIRST, Level
from grader.levels import Attempt, try_level
from grader.spec import Limits

PACKAGES = ("jax", "jaxlib", "flax", "numpy", "ml_dtypes", "hypothesis", "pydantic")
SYSCTL = Path("/proc/sys")
FORBID_USER_NAMESPACES = {  # a kernel setting, the value that forbids them, and what would not
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),  # Ubuntu since 23.10
    "kernel/unprivileged_userns_clone": ("0", "1"),  # Debian before 11
    "user/max_user_namespaces": ("0", "10000"),
}
IN_A_CONTAINER = ("/.dockerenv", "/run/.containerenv")
VECTORS = ("avx512f", "avx2", "avx", "asimd")  # what XLA compiles for; sums may round otherwise


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found: each level as it was tried, strongest first, advice, and facts by heading."""

    attempts: tuple[Attempt, ...]
    advice: tuple[str, ...]
    facts: dict[str, str]

    @property
    def strongest(self) -> Level | None:
        """The level that a submission would be graded at."""
        return next((one.level for one in self.attempts if one.standing is not None), None)


def examine(packages: Sequence[str] | None = None) -> Checkup:
    """Try every level and gather the facts that matter for grading.

    `packages` are those that a course lets submissions import; None stands for all that there are.
    """
    attempts = tuple(try_level(level) for level in STRONGEST_FIRST)
    failed = {one.level for one in attempts if one.standing is None}
    return Checkup(attempts, tuple(_advice(failed)), dict(_facts(packages)))


def _advice(failed: set[Level]) -> Iterator[str]:
    """Yield what to change to get the levels that do not stand."""
    if not failed:
        return
    if sys.platform != "linux":
        yield (
            f"{platform.system()} has none of these walls; grade other people's files on Linux, "
            "in a virtual machine or a container"
        )
        return
    if Level.KERNEL in failed:
        yield (
            "kernel: needs Linux 6.2 or newer on x86_64 or aarch64, with Landlock switched on: "
            "`cat /sys/kernel/security/lsm` must name it, else add it to lsm= among the kernel's "
            "boot parameters; no package has to be installed"
        )
    if Level.NAMESPACES in failed:
        yield from (f"kernel+namespaces: {one}" for one in _advice_on_namespaces())


def _advice_on_namespaces() -> Iterator[str]:
    found = False
    for name, (forbids, allows) in FORBID_USER_NAMESPACES.items():
        if _read(SYSCTL / name) == forbids:
            found = True
            yield f"run `sudo sysctl -w {name.replace('/', '.')}={allows}`"
    if any(Path(path).exists() for path in IN_A_CONTAINER):
        found = True
        yield (
            "in a container, start it with --security-opt seccomp=unconfined --security-opt "
            "apparmor=unconfined, as Docker's own profiles forbid namespaces; the level kernel "
            "needs neither"
        )
    if not found:
        yield "this machine forbids user namespaces or mounts in them; ask who set it up"


def _facts(packages: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield "processor", _processor()
    memory = psutil.virtual_memory()
    yield "memory", f"{memory.total / 2**30:.1f} GiB, {memory.available / 2**30:.1f} GiB free"
    yield "python", f"{platform.python_version()} at {sys.executable}"
    yield "packages", ", ".join([f"grader {__version__}", *map(_version, PACKAGES)])
    if packages is not None:
        yield (
            "may be imported",
            ", ".join(["the standard library", *ALWAYS, *map(_there, packages)]),
        )
    limits = Limits().model_dump().items()
    yield (
        "limits",
        ", ".join(f"{name} {value:g}" for name, value in limits) + "; a problem may differ",
    )
    yield "caches", _cache()
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free / 2**30
    yield "temporary files", f"{folder}, {free:.1f} GiB free"
    yield "account", f"{'root' if os.geteuid() == 0 else 'an ordinary one'}, id {os.geteuid()}"


def _processor() -> str:
    text = _read(Path("/proc/cpuinfo"))
    lines = dict(line.split(":", 1) for line in text.split("\n") if ":" in line)
    found = {key.strip(): value.strip() for key, value in lines.items()}
    name = found.get("model name") or platform.processor() or platform.machine()
    flags = found.get("flags", found.get("Features", "")).split()
    vectors = next((one for one in VECTORS if one in flags), "")
    cores = f"{os.cpu_count()} cores"
    return ", ".join(part for part in (name, cores, vectors) if part)


def _cache() -> str:
    if cache.compiled() is None:
        return f"none: {cache.folder()} cannot be made, or others may write to it"
    found = cache.contents()
    programs, size = found.programs
    return f"{found.folder}: {programs} compiled programs, {size / 2**20:.1f} MiB"


def _version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} missing"


def _there(package: str) -> str:
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        found = None
    return package if found is not None else f"{package} (not installed)"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
