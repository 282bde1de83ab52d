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
import textwrap
import threading
import time
from collections.abc import Callable
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from typer.core import TyperGroup

from grader import __version__
from grader.errors import GraderError, JudgeError, UnreadableError, UsageError
from grader.isolation import Level
from grader.output import Out, WriteError, open_output
from grader.text import legible, naming, without_commands
from grader.verdict import ExitStatus, Verdict, exit_status

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.report import Report

CLEAR_SCREEN = "\x1b[2J\x1b[3J\x1b[H"
NARROWEST = 40  # columns; less is taken for a mistake of the terminal's
STOPPED = "grader: stopped\n"
COLUMNS = 80  # where there is no terminal to ask
# What other tools call our commands.
ALSO_CALLED = {
    "check": "grade",
    "submit": "grade",
    "test": "tests",
    "new": "start",
    "init": "start",
}


def _own_name() -> str:
    """Return how the command can be typed where one stands: `./run` says it in the environment."""
    given, called = os.environ.get("GRADER_COMMAND"), Path(sys.argv[0])
    if given is None and called.name == "grader" and shutil.which("grader") is None:
        given = str(called)
    return shlex.quote(given or "grader")


def _tests_are_here() -> bool:
    """Tell whether `./run` called us, which has a command more."""
    return "GRADER_COMMAND" in os.environ


class _Commands(TyperGroup):
    """Commands that are guessed only where the guess is a good one."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is not None or cmd_name.startswith("-"):
            return found
        known = [*self.commands, *(["tests"] if _tests_are_here() else [])]
        also = ALSO_CALLED.get(cmd_name)
        near = [also] if also in known else get_close_matches(cmd_name, known, n=1, cutoff=0.75)
        guess = f", did you mean {near[0]}?" if near else "; `grader --help` lists them"
        raise UsageError(f"there is no command {cmd_name!r}{guess}")


app = typer.Typer(
    cls=_Commands,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog=f"`{_own_name()} tests` checks the style and the types and runs the tests of the judge."
    if _tests_are_here()
    else None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # half of the time of --help would be the import of what draws boxes
    help="Grade Flax exercises: a verdict, points, the smallest failing input and one hint.",
)


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


def _path(text: str) -> Path:
    if not text:  # a variable that is not set, say; it would mean the current folder
        raise UsageError("'': an empty path names nothing")
    return Path(text)


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a whole number") from None


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
        parser=_whole_number,
        metavar="INTEGER",
        help="Worker processes per submission (250 MiB each; two more run at the end).",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=_whole_number,
        metavar="INTEGER",
        help="Draw the cases from this seed. Default: a fresh one.",
    ),
]
Cases = Annotated[
    int,
    typer.Option(parser=_whole_number, metavar="INTEGER", help="How many calls are judged."),
]
Programs = Annotated[
    bool,
    typer.Option(
        "--programs/--no-programs",
        help="Whether the submission's program is compared with the reference's, beside the calls.",
    ),
]
ProblemName = Annotated[
    str,
    typer.Argument(help=naming(_own_name(), "A problem's name, as `grader list` has it.")),
]


def _version(wanted: bool) -> None:
    if wanted:
        _write(sys.stdout, f"grader {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", "-v", help="Print the version.", is_eager=True, callback=_version
        ),
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
    seed: Seed = None,
    cases: Cases = 100,
    output_format: Annotated[
        Format, typer.Option("--format", help="text for a person, json for a program.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(
            parser=_path, help="Write the reports to this file, not to stdout.", show_default=False
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            parser=_path,
            help="Write the reports to this file too, as JSON, one a line.",
            show_default=False,
        ),
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
        _say_that_nothing_is_kept()
        settings = Settings(chosen_seed, cases, level, problem, jobs, programs)
        out, machine = _outputs(stack, output, report, files)
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
            if machine is not None:
                _write(machine, result.to_json_line() + "\n")
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


def _outputs(
    stack: contextlib.ExitStack, output: Path | None, report: Path | None, files: list[Path]
) -> tuple[Out, Out | None]:
    """Open what the reports go to, and what they go to as JSON beside."""
    if output is not None and report is not None and output.resolve() == report.resolve():
        raise UsageError(f"--report {report}: is the file of --output, too")
    out: Out = sys.stdout
    if output is not None:
        out = stack.enter_context(open_output("--output", output, files))
    if report is None:
        return out, None
    return out, stack.enter_context(open_output("--report", report, files))


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

    statement = find_course(root).problem(problem).load_statement()
    _print(Markdown(naming(_own_name(), statement)))


@app.command()
def start(
    problem: ProblemName,
    file: Annotated[
        Path | None,
        typer.Argument(
            parser=_path,
            help="Where to. Default: submissions/PROBLEM/PROBLEM.py in the course.",
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

    course = find_course(root)
    path = copy_starter(course, course.problem(problem), file, _own_name())
    command = f"{_own_name()} grade {shlex.quote(str(path))}"
    _write(sys.stdout, f"{path}\nedit it, then: {command}\n")


@app.command(context_settings={"ignore_unknown_options": True})  # -1 is a number, if a wrong one
def hint(
    problem: ProblemName,
    number: Annotated[
        int | None,
        typer.Argument(
            parser=_whole_number, metavar="number", help="Which hint; 1, the gentlest, if none."
        ),
    ] = None,
    root: Root = None,
) -> None:
    """Show one hint; ask for the next number to get the next one.

    Where there is one problem, a number alone will do.
    """
    from rich.text import Text

    from grader.catalog import find_course

    course = find_course(root)
    names = course.names()
    if number is None and problem.isdecimal() and problem not in names:
        if len(names) != 1:
            raise UsageError(f"hint {problem} of which problem? There are: {', '.join(names)}")
        problem, number = names[0], int(problem)
    number = 1 if number is None else number
    hints = course.problem(problem).spec.hints
    if not 1 <= number <= len(hints):
        raise UsageError(f"{problem} has hints 1 to {len(hints)}, not {number}")
    following = f"next: {_own_name()} hint {problem} {number + 1}"
    more = following if number < len(hints) else "the last hint"
    shown = naming(_own_name(), hints[number - 1])
    _print(Text.assemble(shown, (f"\n({number} of {len(hints)}; {more})", "dim")))


@app.command()
def render(
    report: Annotated[Path, typer.Argument(parser=_path, help="A file of reports, as JSON.")],
) -> None:
    """Show reports that were written as JSON, as text."""
    from grader.replay import read_reports
    from grader.reports import render_report

    for number, one in enumerate(read_reports(report), 1):
        try:
            shown = _as_text(render_report(one, command=_own_name()), sys.stdout)
        except (ValueError, LookupError, TypeError, OverflowError):
            raise UsageError(
                f"{report}: report {number} contradicts itself, so the judge did not write it"
            ) from None
        _write(sys.stdout, ("\n" if number > 1 else "") + shown)


@app.command()
def replay(
    report: Annotated[Path, typer.Argument(parser=_path, help="A file of reports, as JSON.")],
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
    seed: Seed = None,
    cases: Cases = 100,
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
        _say_that_nothing_is_kept()
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
        _write(sys.stdout, "\nwaiting for the next save; Ctrl-C stops\n")

    return show


@app.command()
def doctor() -> None:
    """Say which isolation stands on this machine.

    And what would give a stronger one, and which versions run.
    """
    from grader.catalog import find_course
    from grader.doctor import examine
    from grader.reports import render_checkup

    packages = None
    with contextlib.suppress(UsageError):  # no course is anywhere near: the machine is still there
        packages = find_course().packages()
    _print(render_checkup(examine(packages)))


@app.command("help")
def show_help(
    command: Annotated[
        list[str] | None, typer.Argument(help="Which command.", show_default=False)
    ] = None,
) -> None:
    """Show the options of a command, or list the commands."""
    app([*(command or []), "--help"], prog_name=_own_name())


cache_commands = typer.Typer(
    cls=_Commands,
    invoke_without_command=True,
    help="Show, warm or clear this account's cache of programs.",
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


def _say_that_nothing_is_kept() -> None:
    """Say once why this takes longer than it should, where that is so."""
    from grader import cache

    if cache.compiled() is None:
        _tell(
            f"{cache.folder()} cannot be used as a cache (it cannot be made, or others may write "
            "to it), so everything is compiled anew and this takes longer; set XDG_CACHE_HOME to a "
            "folder of yours"
        )


def _choose_level(asked: Level | None, files: list[Path], root: Path, allowed: bool) -> Level:
    """Return the isolation level to grade these files at, which the user may have to agree to."""
    from grader.levels import choose_level
    from grader.trust import require_trust

    level = choose_level(asked)
    both = sys.stdin.isatty() and sys.stderr.isatty()
    require_trust(level, files, root, allowed=allowed, ask=_ask if both else None)
    return level


def _ask(question: str) -> bool:
    sys.stderr.write(_wrapped(question, sys.stderr) + " [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


class _Signalled(BaseException):
    """A signal asked us to end; boxes are ended on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main() -> None:
    """Run the command; every fault becomes one sentence and an exit status."""
    sys.unraisablehook = _end_if_signalled
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without UTF-8 must not end a report
            stream.reconfigure(errors="backslashreplace")
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _raise_signalled)
        _require_a_current_folder()
        app(prog_name=_own_name())
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
        sys.stderr.write(STOPPED)
        sys.exit(128 + signalled.number)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is done, Python has yet to end


def _raise_signalled(number: int, _: Any) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the clearing up
    raise _Signalled(number)


def _end_if_signalled(what: sys.UnraisableHookArgs) -> None:
    """End at once where Python cannot pass on that a signal came, as in a destructor.

    Boxes end by themselves when we are gone.
    """
    if not isinstance(what.exc_value, _Signalled):
        sys.__unraisablehook__(what)
        return
    os.write(2, STOPPED.encode())
    os._exit(128 + what.exc_value.number)


def _require_a_current_folder() -> None:
    try:
        Path.cwd()
    except OSError:
        raise UsageError("the current folder is gone or closed to you; change to another") from None


def _status_of(error: GraderError) -> ExitStatus:
    return ExitStatus.USAGE if isinstance(error, UsageError) else ExitStatus.JUDGE_ERROR


def _complain(error: GraderError) -> None:
    _tell(str(error))


def _tell(text: str) -> None:
    said = naming(_own_name(), legible(text))
    sys.stderr.write(_wrapped(f"grader: {said}", sys.stderr) + "\n")


def _wrapped(text: str, out: TextIO) -> str:
    """Break the lines of a text between words, if it goes to a terminal."""
    if not out.isatty():
        return text
    wrapper = textwrap.TextWrapper(
        _width(out), break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )
    return "\n".join(wrapper.fill(line) for line in text.split("\n"))


def _width(out: Out) -> int:
    """Return the width of the terminal that text goes to, or that of a page."""
    if not isinstance(out, io.TextIOBase) or not out.isatty():
        return COLUMNS
    try:
        asked = int(os.environ.get("COLUMNS", "0"))
        columns = asked if asked > 0 else os.get_terminal_size(out.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(NARROWEST, columns or COLUMNS)


def _write(out: Out, text: str) -> None:
    try:
        out.write(text)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(f"the report cannot be written: {error.strerror}") from None


def _print(renderable: RenderableType) -> None:
    _write(sys.stdout, _as_text(renderable, sys.stdout))


def _as_text(renderable: RenderableType, out: Out) -> str:
    """Lay a renderable out for where it goes: colours and its own width for a terminal alone."""
    from rich.console import Console

    terminal = out.isatty()
    console = Console(file=io.StringIO(), highlight=False, force_terminal=terminal)
    console.width = _width(out)
    with console.capture() as capture:
        console.print(renderable)
    lines = naming(_own_name(), capture.get()).split("\n")
    return without_commands("\n".join(line if terminal else line.rstrip() for line in lines))


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
