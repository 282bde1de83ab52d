"""The command line: parse, call, print, exit. The only module that prints."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from grader import __version__
from grader.errors import GraderError, JudgeError, UnreadableError, UsageError
from grader.isolation import Level
from grader.text import legible, without_commands
from grader.verdict import ExitStatus, Verdict, exit_status

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.report import Report

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # half of the time of --help would be the import of what draws boxes
    help="Grade Flax exercises: a verdict, points, the smallest failing input and one hint.",
)
CLEAR_SCREEN = "\x1b[2J\x1b[3J\x1b[H"
NARROWEST = 80  # columns; a report is laid out for at least so many


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


def _path(text: str) -> Path:
    if not text:  # a variable that is not set, say; it would mean the current folder
        raise UsageError("'': an empty path names nothing")
    return Path(text)


Root = Annotated[
    Path | None,
    typer.Option(
        parser=_path,
        help="Folder that holds problems/ and reference/. Default: the nearest one upwards of "
        "here, else the course that came with the judge.",
        show_default=False,
    ),
]
Isolation = Annotated[
    Level | None,
    typer.Option(
        help="The walls around a submission. Default: the strongest that stand on this machine.",
        show_default=False,
    ),
]
AllowWeak = Annotated[
    bool,
    typer.Option(
        "--allow-weak-isolation",
        help="Grade any file even at the level process, where its code can do what you can do.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        help="How many boxes share a submission's cases; two more check on it, in the end. Each "
        "takes some 250 MiB."
    ),
]
Programs = Annotated[
    bool,
    typer.Option(
        "--programs/--no-programs",
        help="Whether the submission's program is compared with the reference's, beside the calls.",
    ),
]
ProblemName = Annotated[str, typer.Argument(help="A problem's name, as `grader list` has it.")]


def _version(wanted: bool) -> None:
    if wanted:
        _write(sys.stdout, f"grader {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_version),
    ] = False,
) -> None:
    """Take what comes before the command."""


@app.command()
def grade(  # noqa: PLR0913, PLR0917 - one parameter for each option of the command
    files: Annotated[
        list[Path], typer.Argument(parser=_path, help="Submissions, one function each.")
    ],
    problem: Annotated[
        str | None,
        typer.Option(help="The problem. Default: the file's folder, else its entry point."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Draw the cases from this seed. Default: a fresh one.")
    ] = None,
    cases: Annotated[int, typer.Option(help="How many calls are judged.")] = 100,
    output_format: Annotated[
        Format, typer.Option("--format", help="text for a person, json for a program.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(parser=_path, help="Write the reports to this file.", show_default=False),
    ] = None,
    jobs: Jobs = 2,
    programs: Programs = True,
    isolation: Isolation = None,
    allow_weak_isolation: AllowWeak = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="Leave out all that comes after the next step.")
    ] = False,
    root: Root = None,
) -> None:
    """Grade one or more files.

    Exit status: 0 all are accepted, 1 some are not, 2 wrong usage or an unreadable file,
    3 the judge itself failed.
    """
    from grader.processes import Starter

    verdicts: list[Verdict] = []
    unreadable = False
    with contextlib.ExitStack() as stack:
        # first: it imports jax while we import all that follows
        starter = stack.enter_context(contextlib.closing(Starter.with_cache()))
        from grader.api import check_cases, check_jobs, pick_seed
        from grader.catalog import find_course
        from grader.session import Settings, grade_files

        course, chosen_seed = find_course(root), pick_seed(seed)
        check_cases(cases)
        check_jobs(jobs)
        level = _choose_level(isolation, files, course.root, allow_weak_isolation)
        settings = Settings(chosen_seed, cases, level, problem, jobs, programs)
        out = stack.enter_context(_output(output, files))
        progress = stack.enter_context(_Progress())
        grading = grade_files(course, files, settings, starter, progress.tick)
        graded = stack.enter_context(contextlib.closing(grading))
        for result in graded:
            progress.clear()
            if isinstance(result, GraderError):
                _complain(result)
                unreadable = True
                if not isinstance(result, UsageError):
                    verdicts.append(Verdict.JUDGE_ERROR)
                continue
            if result.unreadable:
                _complain(UnreadableError(result.message))
                unreadable = True
            else:
                verdicts.append(result.verdict)
            if output_format is Format.JSON:
                _write(out, result.to_json_line() + "\n")
            elif not result.unreadable:
                from grader.reports import render_report

                gap = "\n" if len(verdicts) > 1 else ""
                shown = render_report(
                    result,
                    explain_isolation=allow_weak_isolation,
                    brief=brief,
                    command=_own_name(),
                )
                _write(out, gap + _as_text(shown, out))
    raise typer.Exit(exit_status(verdicts, unreadable))


@app.command("list")
def list_problems(root: Root = None) -> None:
    """List the problems, in the order in which they are taught."""
    from grader.catalog import find_course
    from grader.reports import render_problems

    problems = find_course(root).problems()
    rows = [(problem.name, problem.spec.title, problem.spec.max_points) for problem in problems]
    _print(render_problems(rows))


@app.command()
def show(problem: ProblemName, root: Root = None) -> None:
    """Show the statement of a problem."""
    from rich.markdown import Markdown

    from grader.catalog import find_course

    _print(Markdown(find_course(root).problem(problem).load_statement()))


@app.command()
def start(
    problem: ProblemName,
    file: Annotated[
        Path | None,
        typer.Argument(
            parser=_path,
            help="Where to. Default: submissions/PROBLEM/PROBLEM.py",
            show_default=False,
        ),
    ] = None,
    root: Root = None,
) -> None:
    """Copy the starter of a problem to a new file.

    An existing one is never overwritten.
    """
    from grader.catalog import find_course
    from grader.start import copy_starter

    path = copy_starter(find_course(root).problem(problem), file)
    command = f"{_own_name()} grade {shlex.quote(str(path))}"
    _write(sys.stdout, f"{path}\nedit it, then: {command}\n")


@app.command(context_settings={"ignore_unknown_options": True})  # -1 is a number, if a wrong one
def hint(
    problem: ProblemName,
    number: Annotated[int, typer.Argument(help="Which hint; 1 is the gentlest.")] = 1,
    root: Root = None,
) -> None:
    """Show one hint; ask for the next number to get the next one."""
    from rich.text import Text

    from grader.catalog import find_course

    hints = find_course(root).problem(problem).spec.hints
    if not 1 <= number <= len(hints):
        raise UsageError(f"{problem} has hints 1 to {len(hints)}, not {number}")
    following = f"next: {_own_name()} hint {problem} {number + 1}"
    more = following if number < len(hints) else "the last hint"
    _print(Text.assemble(hints[number - 1], (f"\n({number} of {len(hints)}; {more})", "dim")))


@app.command()
def replay(
    report: Annotated[
        Path, typer.Argument(parser=_path, help="A report written with --format json.")
    ],
    criterion: Annotated[
        str | None,
        typer.Option(help="Which failure. Default: the first one.", show_default=False),
    ] = None,
    isolation: Isolation = None,
    allow_weak_isolation: AllowWeak = False,
    root: Root = None,
) -> None:
    """Run the counterexamples of a report again.

    Exit status: 0 none fails any more; 1 some still fails; 2 and 3 as for grade.
    """
    from grader.catalog import find_course
    from grader.replay import choose_results, read_reports
    from grader.replay import replay as run_again
    from grader.reports import render_replay

    course, still_failing = find_course(root), False
    chosen = choose_results(read_reports(report), criterion)
    files = sorted({Path(one.submission.path) for one, _ in chosen})
    level = _choose_level(isolation, files, course.root, allow_weak_isolation)
    for number, (one, result) in enumerate(chosen):
        replayed = run_again(course, one, result, level)
        still_failing = still_failing or replayed.still_fails
        _write(sys.stdout, "\n" if number else "")
        _print(render_replay(one, result, replayed))
    raise typer.Exit(ExitStatus.NOT_ACCEPTED if still_failing else ExitStatus.ACCEPTED)


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(parser=_path, help="The submission.")],
    problem: Annotated[
        str | None,
        typer.Option(help="The problem. Default: the file's folder, else its entry point."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show how parameters are computed, too.")
    ] = False,
    isolation: Isolation = None,
    allow_weak_isolation: AllowWeak = False,
    root: Root = None,
) -> None:
    """Show a file's program beside the reference's.

    Exit status: 0 it is shown; 1 the file cannot be made a program; 2 and 3 as for grade.
    """
    from grader.catalog import choose_problem, find_course
    from grader.explain import NotExplained
    from grader.explain import explain as lay_side_by_side
    from grader.processes import Starter
    from grader.reports import render_explained
    from grader.submission import read_submission

    course = find_course(root)
    submission = read_submission(file)
    chosen = choose_problem(course, problem, submission.path, submission.source)
    level = _choose_level(isolation, [file], course.root, allow_weak_isolation)
    if submission.refusal is not None:
        _complain(UsageError(f"{file}: {submission.refusal}"))
        raise typer.Exit(ExitStatus.NOT_ACCEPTED)
    with contextlib.closing(Starter.with_cache()) as starter:
        try:
            explained = lay_side_by_side(chosen, submission, level, starter, full=full)
        except NotExplained as reason:
            _complain(UsageError(f"{file}: {reason}"))
            raise typer.Exit(ExitStatus.NOT_ACCEPTED) from None
    _print(render_explained(explained))


@app.command()
def watch(  # noqa: PLR0913, PLR0917 - one parameter for each option of the command
    file: Annotated[Path, typer.Argument(parser=_path, help="The submission.")],
    problem: Annotated[
        str | None,
        typer.Option(help="The problem. Default: the file's folder, else its entry point."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Draw the cases from this seed. Default: a fresh one.")
    ] = None,
    cases: Annotated[int, typer.Option(help="How many calls are judged.")] = 100,
    jobs: Jobs = 2,
    programs: Programs = True,
    isolation: Isolation = None,
    allow_weak_isolation: AllowWeak = False,
    root: Root = None,
) -> None:
    """Grade a file now and on every save.

    The cases stay the same, until Ctrl-C.
    """
    from grader.api import check_cases, check_jobs, pick_seed
    from grader.catalog import find_course
    from grader.processes import Starter
    from grader.session import Settings
    from grader.watch import watch as watch_file

    course, chosen_seed = find_course(root), pick_seed(seed)
    check_cases(cases)
    check_jobs(jobs)
    with contextlib.closing(Starter.with_cache()) as starter, _Progress() as progress:
        level = _choose_level(isolation, [file], course.root, allow_weak_isolation)
        settings = Settings(chosen_seed, cases, level, problem, jobs, programs)
        watch_file(course, file, settings, starter, progress.tick, _watched(progress))


def _watched(progress: _Progress) -> Callable[[Report | GraderError, Report | None], None]:
    from grader.report import Report
    from grader.reports import render_changes, render_report

    def show(result: Report | GraderError, before: Report | None) -> None:
        progress.clear()
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR_SCREEN)
        if isinstance(result, Report):
            when = time.strftime("%H:%M:%S")
            _print(render_changes(before, result, when))
            _print(render_report(result, command=_own_name()))
        else:
            _complain(result)
        _write(sys.stdout, "\nwaiting for the next save; Ctrl-C ends\n")

    return show


@app.command()
def doctor() -> None:
    """Say which isolation stands on this machine.

    And what would give a stronger one, and which versions run.
    """
    from grader.doctor import examine
    from grader.reports import render_checkup

    _print(render_checkup(examine()))


cache_commands = typer.Typer(
    invoke_without_command=True, help="Show, warm or clear this account's cache of programs."
)
app.add_typer(cache_commands, name="cache")


@cache_commands.callback()
def show_cache(context: typer.Context) -> None:
    """Show what the cache of compiled programs holds; see `warm` and `clear`."""
    if context.invoked_subcommand is None:
        _print_cache()


@cache_commands.command()
def warm(
    problems: Annotated[
        list[str] | None, typer.Argument(help="Which problems. Default: all.", show_default=False)
    ] = None,
    root: Root = None,
) -> None:
    """Compile what every run of a problem needs, before anybody waits for it."""
    from grader.catalog import find_course
    from grader.warm import warm_up

    course = find_course(root)
    chosen = [course.problem(name) for name in problems or []] or course.problems()
    with _Progress() as progress:
        warm_up(chosen, progress.tick)
    _print_cache()


@cache_commands.command()
def clear() -> None:
    """Remove the cache; the next run compiles again."""
    from grader import cache

    try:
        cache.clear()
    except OSError as error:
        raise UsageError(f"{cache.folder()}: cannot be removed: {error.strerror}") from None
    _print_cache()


def _print_cache() -> None:
    from grader.cache import contents
    from grader.reports import render_cache

    _print(render_cache(contents()))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a report."""
    from grader.report import Report

    _write(sys.stdout, json.dumps(Report.model_json_schema(mode="serialization"), indent=2) + "\n")


def _choose_level(asked: Level | None, files: list[Path], root: Path, allowed: bool) -> Level:
    """Return the isolation level to grade these files at, which the user may have to agree to."""
    from grader.levels import choose_level
    from grader.trust import require_trust

    level = choose_level(asked)
    both = sys.stdin.isatty() and sys.stderr.isatty()
    require_trust(level, files, root, allowed=allowed, ask=_ask if both else None)
    return level


def _ask(question: str) -> bool:
    paragraphs = [textwrap.fill(one, NARROWEST) for one in question.split("\n\n")]
    sys.stderr.write("\n\n".join(paragraphs) + " [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


class _WriteError(UsageError):
    """What was to be printed or kept could not be written."""


class _Signalled(BaseException):
    """A signal asked us to end; boxes are ended on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main() -> None:
    """Run the command; every fault becomes one sentence and an exit status."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _raise_signalled)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without UTF-8 must not end a report
            stream.reconfigure(errors="backslashreplace")
    try:
        _require_a_current_folder()
        app()
    except GraderError as error:
        _complain(error)
        sys.exit(_status_of(error))
    except BrokenPipeError:  # the reader, head for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitStatus.NOT_ACCEPTED)
    except (OSError, ValueError, RuntimeError, TypeError, LookupError) as error:
        _complain(JudgeError(f"judge error (not your fault): {type(error).__name__}: {error}"))
        sys.exit(ExitStatus.JUDGE_ERROR)
    except _Signalled as signalled:
        sys.stderr.write("grader: interrupted; every process of the submission is gone\n")
        sys.exit(128 + signalled.number)


def _raise_signalled(number: int, _: Any) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the clearing up
    raise _Signalled(number)


def _require_a_current_folder() -> None:
    try:
        Path.cwd()
    except OSError:
        raise UsageError("the current folder is gone or closed to you; change to another") from None


def _status_of(error: GraderError) -> ExitStatus:
    return ExitStatus.USAGE if isinstance(error, UsageError) else ExitStatus.JUDGE_ERROR


def _complain(error: GraderError) -> None:
    sys.stderr.write(f"grader: {legible(str(error))}\n")


def _write(out: TextIO, text: str) -> None:
    try:
        out.write(text)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _WriteError(f"the report cannot be written: {error.strerror}") from None


def _print(renderable: RenderableType) -> None:
    _write(sys.stdout, _as_text(renderable, sys.stdout))


def _as_text(renderable: RenderableType, out: TextIO) -> str:
    """Lay a renderable out for where it goes: colours for a terminal alone, 80 columns or more."""
    from rich.console import Console

    terminal = out.isatty()
    console = Console(file=io.StringIO(), highlight=False, force_terminal=terminal)
    columns = shutil.get_terminal_size((NARROWEST, 24)).columns if terminal else NARROWEST
    console.width = max(NARROWEST, columns)
    with console.capture() as capture:
        console.print(renderable)
    lines = capture.get().split("\n")
    return without_commands("\n".join(line if terminal else line.rstrip() for line in lines))


def _output(
    path: Path | None, submissions: list[Path]
) -> contextlib.AbstractContextManager[TextIO]:
    """Give what the reports go to: stdout, a pipe, or a file in the place of `path`."""
    if path is None:
        return contextlib.nullcontext(sys.stdout)
    if any(_is_same_file(path, submission) for submission in submissions):
        raise UsageError(f"--output {path}: is one of the submissions")
    try:
        target = path.resolve()
        if path.exists() and not path.is_file():  # a pipe, /dev/stdout: there is no replacing it
            return _left_in_place(path.open("w", encoding="utf-8"))
        descriptor, name = tempfile.mkstemp(prefix=".grader-", dir=target.parent)
    except OSError as error:
        raise UsageError(f"--output {path}: cannot be written: {error.strerror}") from None
    except RuntimeError:  # what Python below 3.13 says of such links
        raise UsageError(f"--output {path}: cannot be written: it is a loop of links") from None
    return _taking_the_place_of(target, os.fdopen(descriptor, "w", encoding="utf-8"), Path(name))


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


@contextlib.contextmanager
def _left_in_place(out: TextIO) -> Iterator[TextIO]:
    try:
        yield out
    finally:
        with contextlib.suppress(OSError):  # every report was flushed, or said to be unwritten
            out.close()


@contextlib.contextmanager
def _taking_the_place_of(target: Path, out: TextIO, temporary: Path) -> Iterator[TextIO]:
    """Put what was written in the place of `target`, unless a report could not be written."""
    with contextlib.ExitStack() as stack:
        stack.callback(temporary.unlink, missing_ok=True)
        stack.enter_context(_left_in_place(out))
        try:
            yield out
        except _WriteError:
            raise
        except BaseException:  # an interrupt, say: what was graded so far is kept
            _replace(target, out, temporary)
            raise
        _replace(target, out, temporary)


def _replace(target: Path, out: TextIO, temporary: Path) -> None:
    try:
        out.close()
        if temporary.stat().st_size:
            temporary.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
            temporary.replace(target)
    except OSError as error:
        raise _WriteError(f"{target}: cannot be written: {error.strerror}") from None


def _own_name() -> str:
    """Return how the command was called: `./run` says so in the environment."""
    return os.environ.get("GRADER_COMMAND", "grader")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class _Progress:
    """One line on a terminal's stderr that says what is being done; nothing elsewhere."""

    def __init__(self) -> None:
        self._progress: Any = None
        self._turn = threading.Lock()  # boxes side by side tell of themselves
        self.tick: Callable[[str, int, int], None] = self._tick

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        with self._turn:
            if self._progress is not None:
                self._progress.stop()
                self._progress = None

    def _tick(self, what: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        with self._turn:
            self._show(what, done, total)

    def _show(self, what: str, done: int, total: int) -> None:
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn()
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._progress.add_task(what)
            self._progress.start()
        self._progress.update(self._task, description=what, completed=done, total=total)
