"""`./run` installs what is asked of it and no more, once; here Python and pip only pretend to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

PYTHON = f"""#!/bin/sh
case "$*" in
*_base_executable*) echo "$0" ;;
"-m venv "*) mkdir -p "$3/bin" && cp "$(dirname "$0")/in-venv" "$3/bin/python" ;;
*) exec {sys.executable} "$@" ;;
esac
"""
PYTHON_IN_VENV = """#!/bin/sh
bin=$(dirname "$0")
[ "$1" != -V ] || { echo Python 3.11; exit; }
[ -z "$SLOW" ] || sleep 20
for last; do :; done
printf '%s\\n' "$last" >>"$bin/../../installed"
printf '#!/bin/sh\\necho "$GRADER_COMMAND $*"\\n' >"$bin/grader"
case $last in *dev*)
    for one in ruff mypy pytest; do printf '#!/bin/sh\\n' >"$bin/$one"; done ;;
esac
chmod +x "$bin"/*
"""


class Checkout:
    """A folder with `./run`, and with the files that it looks at."""

    def __init__(self, folder: Path) -> None:
        self.root, tools = folder / "checkout", folder / "tools"
        (self.root / "docs").mkdir(parents=True)
        tools.mkdir()
        for name in ("run", "pyproject.toml", "setup.py", "constraints.txt"):
            shutil.copy(ROOT / name, self.root / name)
        for name, text in (("python3", PYTHON), ("in-venv", PYTHON_IN_VENV)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.root / "docs",
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str) -> str:
        """Return what `../run` printed; it must have ended well."""
        with self.start("../run", *words) as running:
            said, complaint = running.communicate(timeout=60)
        assert running.returncode == 0, complaint
        return said

    def installed(self) -> list[str]:
        """Return what pip was asked for since the last time, but for what builds the package."""
        file = self.root / "installed"
        found = file.read_text().split() if file.exists() else []
        file.unlink(missing_ok=True)
        return [one for one in found if one != "wheel"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_learner_gets_what_a_course_needs_and_the_tests_add_what_they_need(
    checkout: Checkout,
) -> None:
    for words, installs in (
        (["list"], [".[course]"]),
        (["list"], []),
        (["tests"], [".[course,dev]"]),
        (["tests"], []),
        (["list"], []),
    ):
        checkout.run(*words)
        assert checkout.installed() == installs, words


def test_what_was_declared_anew_is_installed_for_learners_first_and_then_for_the_tests(
    checkout: Checkout,
) -> None:
    checkout.run("tests")
    with (checkout.root / "constraints.txt").open("a") as file:
        file.write("# another version\n")
    checkout.installed()
    for words, installs in ((["list"], [".[course]"]), (["tests"], [".[course,dev]"])):
        checkout.run(*words)
        assert checkout.installed() == installs, words


def test_the_command_is_called_as_it_was_typed(checkout: Checkout) -> None:
    assert checkout.run("grade", "a b.py") == "../run grade a b.py\n"
    with checkout.start("sh", "-c", "cd ..; sh run list") as running:
        assert running.communicate(timeout=60)[0] == "./run list\n"


def test_an_interrupted_set_up_is_no_traceback_and_begins_again(checkout: Checkout) -> None:
    for seconds in (0.02, 0.1, 0.3, 1.0):
        with checkout.start("../run", "list", SLOW="yes") as running:
            time.sleep(seconds)
            os.killpg(running.pid, signal.SIGINT)
            said = running.communicate(timeout=60)[1]
        if running.returncode == -signal.SIGINT:  # in the first moment of the shell
            continue
        assert running.returncode == 130
        assert said.splitlines()[-1] == "run: stopped"
        assert "Traceback" not in said
    checkout.run("list")
    assert checkout.installed() == [".[course]"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_one_sentence_with_the_way_out(checkout: Checkout) -> None:
    checkout.root.chmod(0o555)
    with checkout.start("../run", "list") as running:
        said = running.communicate(timeout=60)[1]
    checkout.root.chmod(0o755)
    assert running.returncode == 3
    assert said == (
        f"run: cannot make {checkout.root}/.venv: no permission. Clone into a folder of your own, "
        "or install with pip (see README.md).\n"
    )
