"""The command, as it is typed: exit statuses, what goes where, and one sentence for each fault."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import ROOT

from grader.output import open_output
from grader.report import Report

SAMPLES = ROOT / "reference/nn_vmap_forward/samples"
RIGHT = SAMPLES / "accepted/canonical.py"
WRONG = SAMPLES / "wrong_structure/plain_dense.py"
FEW = ["--cases", "3", "--seed", "1", "--problem", "nn_vmap_forward"]
# As `./run` starts us: what comes while Python itself starts is kept until we can take it.
INTERRUPTIBLE = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\n"
Done = subprocess.CompletedProcess[str]


def grader(*arguments: object, cwd: Path = ROOT, **environment: str) -> Done:
    """Run the command and return what came of it."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=300,
    )


def complaint(done: Done) -> str:
    """Return the one line on stderr of a run that went wrong, which is never a traceback."""
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def without_durations(line: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(line)
    run = {key: value for key, value in report["run"].items() if key != "started"}
    return {**{key: value for key, value in report.items() if key != "durations"}, "run": run}


def test_an_accepted_file_exits_with_0() -> None:
    done = grader("grade", RIGHT, *FEW)
    assert (done.returncode, done.stdout[:24]) == (0, "accepted  100/100 points")


def test_a_file_that_is_not_accepted_exits_with_1() -> None:
    done = grader("grade", WRONG, *FEW)
    assert (done.returncode, done.stdout[:15]) == (1, "wrong structure")


def test_an_unreadable_file_exits_with_2_and_the_others_are_graded(tmp_path: Path) -> None:
    done = grader("grade", tmp_path / "none.py", RIGHT, *FEW)
    assert (done.returncode, done.stdout[:8]) == (2, "accepted")
    assert complaint(done) == f"grader: {tmp_path / 'none.py'}: there is no such file"


def test_a_misspelt_file_name_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "example.py").touch()
    done = grader("grade", "exampel.py", "--root", ROOT, cwd=tmp_path)
    assert complaint(done).endswith("exampel.py: there is no such file, did you mean example.py?")


def test_a_path_that_cannot_be_read_has_a_line_of_json_and_nothing_to_replay(
    tmp_path: Path,
) -> None:
    target = tmp_path / "reports.json"
    done = grader("grade", tmp_path / "none.py", tmp_path, "--format", "json", "--output", target)
    reports = [Report.model_validate_json(line) for line in target.read_text().splitlines()]
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "".join(f"grader: {report.message}\n" for report in reports)
    assert [report.message.split(": ")[1][:11] for report in reports] == [
        "there is no",
        "is a folder",
    ]
    for report in reports:
        assert (report.verdict, report.problem, report.points) == ("invalid_submission", "", 0)
    replayed = grader("replay", target)
    assert complaint(replayed) == "grader: no report in the file has a counterexample"


def test_a_file_that_fits_no_problem_has_no_line_of_json(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("x = 1\n")
    done = grader("grade", tmp_path / "x.py", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_broken_solution_exits_with_3_and_does_not_blame_the_learner(tmp_path: Path) -> None:
    course = copy_course(tmp_path)
    (course / "reference/nn_vmap_forward/solution.py").write_text("def wrong(): pass\n")
    done = grader("grade", RIGHT, *FEW, "--root", course, "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"], report["points"]) == (3, "judge_error", 0)
    assert "judge error (not your fault)" in report["message"]


def test_a_broken_problem_toml_exits_with_3_and_names_the_key(tmp_path: Path) -> None:
    course = copy_course(tmp_path)
    contract = course / "problems/nn_vmap_forward/problem.toml"
    contract.write_text(contract.read_text().replace("cpu_seconds", "cpu_secs"))
    done = grader("grade", RIGHT, *FEW, "--root", course)
    assert done.returncode == 3
    assert complaint(done).endswith("limits.cpu_secs: unknown key, did you mean cpu_seconds?")


def test_a_statement_that_is_no_text_exits_with_3_and_one_sentence(tmp_path: Path) -> None:
    statement = copy_course(tmp_path) / "problems/nn_vmap_forward/statement.md"
    statement.write_bytes(b"\xff")
    done = grader("show", "nn_vmap_forward", "--root", tmp_path)
    assert done.returncode == 3
    assert complaint(done) == f"grader: {statement}: is not UTF-8 text"


@pytest.mark.parametrize("arguments", ["list", "grade x.py", "replay x", f"list --root {ROOT}"])
def test_a_current_folder_that_is_gone_exits_with_2_and_one_sentence(
    tmp_path: Path, arguments: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f"cd {gone} && rmdir {gone} && {sys.executable} -P -m grader {arguments}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        complaint(done) == "grader: the current folder is gone or closed to you; change to another"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "x.py", "--cases", "0"], "--cases 0: is not between 1 and"),
        (["grade", "x.py", "--seed", "-1"], "--seed -1: is not between 0 and"),
        (["grade", RIGHT, "--problem", "nn_vmap_foward"], "did you mean nn_vmap_forward?"),
        (["grade", RIGHT, "--root", "docs"], "--root docs: has no problems/"),
        (["grade", RIGHT, "--output", "/nowhere/at/all.json"], "cannot be written: No such"),
        (["grade", RIGHT, "--output", RIGHT], "is one of the submissions"),
        (["hint", "nn_vmap_forward", "99"], "has hints 1 to 7, not 99"),
        (["hint", "nn_vmap_forward", "-1"], "has hints 1 to 7, not -1"),
        (["grade", ""], "'': an empty path names nothing"),
        (["start", "nn_vmap_forward", ""], "'': an empty path names nothing"),
        (["list", "--root", ""], "'': an empty path names nothing"),
        (["show", "nothing_like_it"], "there is no problem 'nothing_like_it'; known:"),
        (["replay", "/dev/null"], "holds no report"),
        (["replay", "README.md"], "is not a report of this version"),
        (["render", "README.md"], "is not a report of this version"),
        (["grade", RIGHT, "--report", RIGHT], "is one of the submissions"),
        (["grade", RIGHT, "--report", "x", "--output", "x"], "is the file of --output, too"),
        (["watch", "nope.py"], "nope.py: there is no such file"),
        (["watch", "submissions"], "submissions: is a folder"),
        (["watch", RIGHT, "--problem", "x"], "there is no problem 'x'"),
        (["wacth", RIGHT], "there is no command 'wacth', did you mean watch?"),
        (["check", RIGHT], "there is no command 'check', did you mean grade?"),
        (["test"], "there is no command 'test'; `grader --help` lists them"),
        (["help", "frobnicate"], "there is no command 'frobnicate'; `grader --help` lists them"),
    ],
)
def test_wrong_usage_exits_with_2_and_one_sentence(arguments: list[object], says: str) -> None:
    done = grader(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in complaint(done)


def test_an_unknown_option_exits_with_2() -> None:
    assert grader("grade", RIGHT, "--fast").returncode == 2


def test_what_is_no_number_is_said_to_be_none() -> None:
    done = grader("grade", RIGHT, "--cases", "x")
    assert (done.returncode, "'--cases': 'x' is not a whole number" in done.stderr) == (2, True)


@pytest.mark.parametrize("words", ["-h", "help", "help grade", "grade -h", "cache warm -h", "-v"])
def test_help_is_to_be_had_everywhere(words: str) -> None:
    done = grader(*words.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(("Usage: grader", "grader 0"))


def test_under_run_the_tests_are_a_command_and_every_command_is_called_as_it_can_be_typed(
    tmp_path: Path,
) -> None:
    def said(*words: object) -> str:
        done = grader(*words, cwd=ROOT / "docs", GRADER_COMMAND="../run")
        return " ".join(f"{done.stdout} {done.stderr}".split())

    assert "`../run tests` checks the style" in said("--help")
    assert said("test") == "grader: there is no command 'test', did you mean tests?"
    assert "Usage: ../run grade" in said("grade", "--fast")
    assert "Try '../run grade --help'" in said("grade", "--fast")
    assert "(../run start nn_vmap_forward gives you one" in said("show", "nn_vmap_forward")
    assert "next: ../run hint nn_vmap_forward 2" in said("hint", "nn_vmap_forward")
    assert "`../run grade --report FILE` writes one" in said("replay", "../README.md")
    assert f"then: ../run grade {tmp_path}/my.py" in said(
        "start", "nn_vmap_forward", tmp_path / "my.py"
    )
    assert "`../run show nn_vmap_forward` tells" in (tmp_path / "my.py").read_text()


def test_a_number_alone_is_a_hint_of_the_only_problem(tmp_path: Path) -> None:
    assert grader("hint", "2").stdout == grader("hint", "nn_vmap_forward", "2").stdout
    course = copy_course(tmp_path)
    for name in ("problems", "reference"):
        (course / name / "other").symlink_to(course / name / "nn_vmap_forward")
    done = grader("hint", "2", cwd=course)
    assert complaint(done) == "grader: hint 2 of which problem? There are: nn_vmap_forward, other"


def test_a_file_that_fits_no_problem_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("def something_else(): pass\n")
    done = grader("grade", tmp_path / "x.py")
    assert done.returncode == 2
    question = f"Which problem does {tmp_path / 'x.py'} answer? Add --problem nn_vmap_forward."
    assert complaint(done) == f"grader: {question}"


def test_the_same_seed_gives_the_same_report_byte_for_byte_but_for_durations() -> None:
    file = SAMPLES / "wrong_answer/ensemble.py"
    lines = [grader("grade", file, *FEW, "--format", "json").stdout for _ in range(2)]
    assert without_durations(lines[0]) == without_durations(lines[1])
    assert [line.count("\n") for line in lines] == [1, 1]


def test_without_a_seed_a_fresh_one_is_drawn_and_told(tmp_path: Path) -> None:
    seeds = set()
    for _ in range(2):
        done = grader("grade", RIGHT, "--problem", "nn_vmap_forward", "--cases", "1")
        told = " ".join(done.stdout.split())
        seeds.add(told.split("--seed ")[1].split(";")[0])
    assert len(seeds) == 2


def test_json_is_one_line_for_each_file_and_goes_where_it_is_told(tmp_path: Path) -> None:
    target = tmp_path / "reports.json"
    target.write_text("an old report")
    done = grader("grade", RIGHT, WRONG, *FEW, "--format", "json", "--output", target)
    reports = [Report.model_validate_json(line) for line in target.read_text().splitlines()]
    assert (done.returncode, done.stdout) == (1, "")
    assert [report.verdict for report in reports] == ["accepted", "wrong_structure"]
    assert [path.name for path in tmp_path.iterdir()] == ["reports.json"]


def test_a_full_disk_is_one_sentence() -> None:
    done = grader("grade", RIGHT, *FEW, "--output", "/dev/full")
    assert done.returncode == 2
    assert complaint(done).endswith("No space left on device")


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "reports.json"
    target.write_text("an old report")
    words = [sys.executable, "-m", "grader", "grade", RIGHT, *FEW, "--output", target]
    command = f"ulimit -f 1; exec {shlex.join(map(str, [*words, '--format', 'json']))}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, target.read_text()) == (2, "an old report")
    assert complaint(done) == f"grader: {target}: cannot be written: File too large"
    assert [path.name for path in tmp_path.iterdir()] == ["reports.json"]


def test_links_that_lead_nowhere_are_no_fault_of_the_judge(tmp_path: Path) -> None:
    loop = tmp_path / "loop.py"
    loop.symlink_to(loop)
    said = [
        complaint(grader("grade", loop, "--output", tmp_path / "out.json")),
        complaint(grader("grade", RIGHT, "--output", loop)),
    ]
    assert said[0] == f"grader: {loop}: is a link; name the file that it leads to"
    assert said[1].startswith(f"grader: --output {loop}: cannot be written: ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_report_is_there_as_soon_as_it_is_known_and_whatever_ends_the_run(
    number: signal.Signals, tmp_path: Path
) -> None:
    sleeps = ROOT / "tests/behaviours/sleeps_and_ignores_sigterm.py"
    file, text = tmp_path / "reports.jsonl", tmp_path / "out.txt"
    file.write_text("an old report")
    words = ["grade", RIGHT, sleeps, *FEW, "--report", file, "--output", text]
    judge = subprocess.Popen([sys.executable, "-m", "grader", *map(str, words)], cwd=ROOT)
    wait_for(text.exists)
    judge.send_signal(number)
    assert judge.wait(timeout=30) in (128 + number, -number)
    assert Report.model_validate_json(file.read_text()).verdict == "accepted"
    assert text.read_text().startswith("accepted  100/100 points")
    assert {path.name for path in tmp_path.iterdir()} == {"reports.jsonl", "out.txt"}


def test_whenever_we_are_killed_a_file_holds_whole_texts_alone(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from grader.output import GrowingFile\n"
        "out, text = GrowingFile(pathlib.Path(sys.argv[1])), 'x' * 300_000 + '\\n'\n"
        "print(flush=True)\n"
        "while True: out.write(text)"
    )
    for milliseconds in range(1, 40, 3):
        file = tmp_path / f"{milliseconds}.txt"
        words = [sys.executable, "-c", code, str(file)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(milliseconds / 1000)
            writer.kill()
        if file.exists():
            assert set(file.read_text().split("\n")) == {"x" * 300_000, ""}
            assert file.read_text().endswith("x\n")


def test_json_can_be_written_beside_text_and_rendered_as_the_same_text(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    done = grader("grade", RIGHT, WRONG, *FEW, "--report", file)
    assert (done.returncode, len(file.read_text().splitlines())) == (1, 2)
    assert grader("render", file).stdout == done.stdout


def test_a_report_of_a_version_that_did_not_say_how_it_ran_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "report.jsonl"
    grader("grade", WRONG, *FEW, "--jobs", "1", "--no-programs", "--report", file)
    report = json.loads(file.read_text())
    assert (report["run"]["jobs"], report["run"]["programs"]) == (1, False)
    assert datetime.fromisoformat(report["run"]["started"]).tzinfo is UTC
    text = grader("render", file).stdout
    del report["run"]
    file.write_text(json.dumps(report))
    assert grader("render", file).stdout == text
    assert grader("replay", file).returncode == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;x\x07", "\\x1b]0;x\\x07"),
        ("y\n::error::x", "::error::x"),
        ("##[error]", "##\\[error]"),
    ],
)
def test_a_report_that_somebody_else_wrote_steers_no_terminal_and_no_ci(
    text: str, shown: str, tmp_path: Path
) -> None:
    file = tmp_path / "report.jsonl"
    grader("grade", WRONG, *FEW, "--report", file)
    file.write_text(json.dumps({**json.loads(file.read_text()), "hint": text, "stdout": text}))
    said = grader("render", file).stdout
    assert shown in said
    assert not [line for line in said.split("\n") if line.strip().startswith("::")]
    assert text not in said or text.startswith("y")


def test_a_report_that_contradicts_itself_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "report.jsonl"
    grader("grade", WRONG, *FEW, "--report", file)
    file.write_text(re.sub(r'"shape":\[\d+,\d+\]', '"shape":[7,7]', file.read_text()))
    done = grader("render", file)
    assert done.returncode == 2
    assert complaint(done).endswith("report 1 contradicts itself, so the judge did not write it")


def test_a_fault_while_a_pipe_is_written_to_is_not_called_a_fault_of_the_pipe() -> None:
    with pytest.raises(FileNotFoundError), open_output("--output", Path("/dev/null"), []):
        raise FileNotFoundError("a fault of grading")


def test_replay_says_whether_a_counterexample_still_fails(tmp_path: Path) -> None:
    file, report = tmp_path / "mine.py", tmp_path / "report.json"
    file.write_bytes(WRONG.read_bytes())
    grader("grade", file, *FEW, "--format", "json", "--output", report)
    assert grader("replay", report).returncode == 1
    file.write_bytes(RIGHT.read_bytes())
    fixed = grader("replay", report, "--criterion", "lifted")
    assert (fixed.returncode, "the file has changed" in fixed.stdout) == (0, True)
    assert "fails no more" in fixed.stdout
    file.write_bytes((SAMPLES / "accepted/in_halves.py").read_bytes())
    assert grader("replay", report, "--criterion", "lifted").returncode == 0
    assert "these have one: lifted" in complaint(grader("replay", report, "--criterion", "x"))


@pytest.mark.parametrize(
    ("sample", "criterion", "shows"),
    [
        ("wrong_answer/ensemble.py", "values", "expected"),
        ("wrong_structure/ensemble_identical_copies.py", "params_unbatched", "(2, 3, 4)"),
        ("wrong_answer/random_each_call.py", "determinism", "again"),
    ],
)
def test_the_snippet_shows_the_counterexample_without_the_judge(
    sample: str, criterion: str, shows: str, tmp_path: Path
) -> None:
    done = grader("grade", SAMPLES / sample, *FEW, "--format", "json")
    results = Report.model_validate_json(done.stdout).criteria
    found = next(result.counterexample for result in results if result.id == criterion)
    assert found is not None
    (tmp_path / "snippet.py").write_text(found.snippet)
    ran = subprocess.run(
        [sys.executable, "-I", tmp_path / "snippet.py"], capture_output=True, text=True, check=True
    )
    assert shows in ran.stdout


def test_start_copies_the_starter_and_never_overwrites(tmp_path: Path) -> None:
    first = grader("start", "nn_vmap_forward", cwd=tmp_path)  # of no course: that of the judge
    file = tmp_path / "submissions/nn_vmap_forward/nn_vmap_forward.py"
    assert (first.returncode, "def nn_vmap_forward" in file.read_text()) == (0, True)
    file.write_text("mine")
    second = grader("start", "nn_vmap_forward", cwd=tmp_path)
    assert (second.returncode, file.read_text()) == (2, "mine")
    assert complaint(second).endswith(
        "exists already; nothing was changed. Another name: grader start nn_vmap_forward my_file.py"
    )


def test_start_puts_the_file_where_the_course_keeps_submissions(tmp_path: Path) -> None:
    course = copy_course(tmp_path)
    below = course / "submissions/nn_vmap_forward/old"
    below.mkdir(parents=True)
    done = grader("start", "nn_vmap_forward", cwd=below)
    assert (below.parent / "nn_vmap_forward.py").is_file()
    assert "grade ../nn_vmap_forward.py" in done.stdout


def test_start_names_the_way_out_where_nothing_can_be_written(tmp_path: Path) -> None:
    done = grader("start", "nn_vmap_forward", "/proc/x/y.py", cwd=tmp_path)
    assert "Another place: grader start nn_vmap_forward my_file.py" in complaint(done)


def test_show_hint_and_list_fit_80_columns_and_never_show_the_solution() -> None:
    texts = [grader("list").stdout, grader("show", "nn_vmap_forward").stdout]
    texts += [grader("hint", "nn_vmap_forward", n).stdout for n in range(1, 8)]
    assert all(texts)
    assert max(len(line) for text in texts for line in text.split("\n")) <= 80
    assert not [text for text in texts if "return layer.apply" in text or "def error_bound" in text]


def test_a_piped_report_has_no_escapes_and_no_progress() -> None:
    done = grader("grade", WRONG, *FEW, FORCE_COLOR="", TERM="xterm-256color")
    assert ("\x1b" in done.stdout, done.stderr) == (False, "")


def test_a_reader_that_stops_early_is_no_fault() -> None:
    command = f"{sys.executable} -m grader show nn_vmap_forward | head -c 10"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_judge_leaves_no_process_and_no_folder(
    number: signal.Signals, tmp_path: Path
) -> None:
    file = ROOT / "tests/behaviours/sleeps_and_ignores_sigterm.py"
    judge = subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", str(file), *FEW],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with judge:
        # the fork server, and of the submission and the reference two boxes at least: each has a
        # warden and a worker
        wait_for(lambda: len(psutil.Process(judge.pid).children(recursive=True)) >= 7)
        time.sleep(3)
        below = psutil.Process(judge.pid).children(recursive=True)
        judge.send_signal(number)
        _, said = judge.communicate(timeout=30)
    assert not psutil.wait_procs(below, timeout=30)[1]
    wait_for(lambda: not list(tmp_path.iterdir()))
    if number is not signal.SIGKILL:
        assert judge.returncode == 128 + number
        assert said == "grader: stopped\n"


@pytest.mark.parametrize("words", [["grade", RIGHT, *FEW], ["watch", RIGHT, *FEW], ["list"]])
def test_an_interrupt_is_no_traceback_however_early(words: list[object]) -> None:
    code = "import sys; print(flush=True); from grader.__main__ import main; main()"
    for milliseconds in (0, 10, 30, 60, 100, 150, 200, 300):
        with subprocess.Popen(
            [sys.executable, "-c", INTERRUPTIBLE + code, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        ) as judge:
            assert judge.stdout is not None
            judge.stdout.readline()
            time.sleep(milliseconds / 1000)
            os.killpg(judge.pid, signal.SIGINT)  # as a terminal does: everybody gets it
            said = judge.communicate(timeout=30)[1]
        if judge.returncode == 0 and words == ["list"]:
            continue  # it was done before
        assert (judge.returncode, said) == (130, "grader: stopped\n")


def test_lines_are_broken_between_words_at_the_width_of_the_terminal(tmp_path: Path) -> None:
    for words in (["watch", "submissions"], ["hint", "nn_vmap_forward"], ["grade", RIGHT, *FEW]):
        lines = on_a_terminal(50, *words).split("\r\n")
        plain = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", line) for line in lines]
        long = [line for line in plain if len(line) > 50 and len(line.split()) > 1]
        assert not [line for line in long if "calling" not in line], long


def on_a_terminal(columns: int, *words: object) -> str:
    """Return what the command writes to a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "grader", *map(str, words)]
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment
    ):
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # what Linux says once nobody has it open any more
            while part := os.read(ours, 4096):
                written += part
    os.close(ours)
    return written.decode()


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_programs_are_shown_side_by_side() -> None:
    done = grader("explain", RIGHT, *FEW[-2:], COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert "the reference's program and yours are the same." in " ".join(
        done.stdout.lower().split()
    )
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_file_without_a_program_is_said_to_have_none(tmp_path: Path) -> None:
    empty, untraced = tmp_path / "empty.py", SAMPLES / "accepted/numpy_output.py"
    empty.touch()
    for file, why in (
        (empty, "the file is empty"),
        (untraced, "there is no traced program to show: "),
    ):
        done = grader("explain", file, *FEW[-2:])
        assert (done.returncode, done.stdout) == (1, "")
        assert complaint(done).startswith(f"grader: {file}: {why}")


def copy_course(folder: Path) -> Path:
    """Copy the course, without its samples, to where it may be broken."""
    import shutil

    for name in ("problems", "reference"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("samples"))
    return folder
