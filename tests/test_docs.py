"""What the documentation says is so: its links, commands, tables and examples."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import typer.main
from conftest import ROOT
from typer.core import TyperGroup

from grader.cli import app
from grader.report import (
    Counterexample,
    CriterionResult,
    Isolation,
    ProgramInfo,
    Report,
    ReportRecord,
    RunInfo,
)
from grader.spec import (
    ArgumentSpec,
    CaseSpec,
    Criterion,
    Limits,
    OutputSpec,
    ProblemSpec,
    ProgramSpec,
    Record,
    ShrinkSpec,
    Tolerance,
    load_spec,
)
from grader.verdict import Verdict, exit_status

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
WORKFLOW = ROOT / "docs/examples/grade.yml"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# A command at the start of a line, or after the `run:` of a workflow.
TYPED = re.compile(r"^\s*(?:\$ |run: |- run: )?(\./run|grader) +(.+)$", re.MULTILINE)
INLINE = re.compile(r"`(\./run|grader) +([^`]+)`")
TABLE_ROW = re.compile(r"^\| *`([^`]+)` *\|(.*)\|$", re.MULTILINE)

# The tables of a problem.toml's keys, by the record that reads them.
KEYS: Mapping[str, type[Record]] = {
    "arguments": ArgumentSpec,
    "output": OutputSpec,
    "limits": Limits,
    "cases": CaseSpec,
    "program": ProgramSpec,
    "shrink": ShrinkSpec,
    "tolerance": Tolerance,
    "criteria": Criterion,
}
REQUIRED_OF_ARRAYS = ("arguments.dtype", "arguments.shape")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_blocks(text: str, language: str | None = None) -> list[str]:
    """Return the fenced blocks of a page, of one language or of all."""
    return [body for name, body in FENCE.findall(text) if language in (None, name)]


def prose(text: str) -> str:
    return FENCE.sub("", text)


def section(text: str, heading: str) -> str:
    """Return what stands between a heading and the next one."""
    _, found, rest = prose(text).partition(f"{heading}\n")
    assert found, heading
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str) -> dict[str, list[str]]:
    """Return the rows whose first cell is code: that code to the other cells."""
    return {
        key: [cell.strip() for cell in rest.split("|")] for key, rest in TABLE_ROW.findall(text)
    }


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(prose(text)))
    return {title.strip().replace(" ", "-") for title in titles}


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (program, words) for each command on a page, `./run tests` included."""
    blocks = "\n".join(code_blocks(text)).replace("\\\n", " ")
    for program, words in TYPED.findall(blocks) + INLINE.findall(prose(text)):
        yield program, words.split(" #")[0].split()


def known_options() -> dict[str, set[str]]:
    """Return the options of every sub-command."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return {
        name: {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for name, command in group.commands.items()
    }


def test_there_are_pages_with_links_and_commands() -> None:
    text = "\n".join(read(page) for page in PAGES)
    assert len(PAGES) >= 7
    assert len(LINK.findall(text)) > 20
    assert len(list(commands(text))) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in LINK.findall(prose(read(page))):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(read(target)), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_named_exists(page: Path) -> None:
    known = known_options()
    for program, words in commands(read(page)):
        said = " ".join([program, *words])
        if program == "./run" and words[0] == "tests":  # the rest goes to pytest
            continue
        if words[0] == "--help":
            continue
        assert words[0] in known, said
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= known[words[0]], said


def test_every_command_is_shown_somewhere() -> None:
    shown = {words[0] for page in PAGES for _, words in commands(read(page))}
    assert set(known_options()) <= shown


def test_the_options_of_grade_are_all_described() -> None:
    rows = table(section(read(ROOT / "docs/submitting.md"), "## Options of grade"))
    assert {row.split()[0] for row in rows} | {"--help", "files"} == known_options()["grade"]


def test_the_limits_table_gives_the_defaults() -> None:
    rows = table(section(read(ROOT / "docs/adding-a-problem.md"), "### Limits"))
    said = {key.removeprefix("limits."): float(cells[0]) for key, cells in rows.items()}
    assert said == Limits().model_dump()


def test_a_limits_unit_is_the_one_in_its_name() -> None:
    units = {"seconds": "s", "mib": "MiB", "kib": "KiB", "files": "", "threads": ""}
    rows = table(section(read(ROOT / "docs/adding-a-problem.md"), "### Limits"))
    assert {key: cells[1] for key, cells in rows.items()} == {
        key: units[re.split("[._]", key)[-1]] for key in rows
    }


def test_every_key_of_a_problem_is_described_with_its_default() -> None:
    rows = table(prose(read(ROOT / "docs/adding-a-problem.md")))
    fields = {f"{name}.{key}": f for name, m in KEYS.items() for key, f in m.model_fields.items()}
    fields |= {key: f for key, f in ProblemSpec.model_fields.items() if key not in KEYS}
    assert set(fields) <= set(rows)
    for key, field in fields.items():
        default = rows[key][0]
        assert default.startswith("required") == (
            field.is_required() or key in REQUIRED_OF_ARRAYS
        ), key
        if isinstance(field.default, bool):
            assert default == str(field.default).lower(), key
        elif isinstance(field.default, int):
            assert float(default) == field.default, key


def test_the_example_of_a_problem_loads(tmp_path: Path) -> None:
    examples = code_blocks(read(ROOT / "docs/adding-a-problem.md"), "toml")
    (example,) = (one for one in examples if "entry_point" in one)
    (tmp_path / "problem.toml").write_text(example, encoding="utf-8")
    spec = load_spec(tmp_path / "problem.toml")
    assert (spec.entry_point, spec.max_points) == ("twice", 100)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_piece_of_python_is_python(page: Path) -> None:
    for block in code_blocks(read(page), "python"):
        compile(block, str(page), "exec")


def test_the_readme_lists_every_verdict_with_its_exit_status() -> None:
    rows = table(section(read(ROOT / "README.md"), "## Verdicts, points and exit status"))
    said = {key: int(cells[-1]) for key, cells in rows.items() if key in set(Verdict)}
    assert said == {str(verdict): int(exit_status([verdict])) for verdict in Verdict}


def test_the_readme_gives_the_points_of_the_first_problem() -> None:
    spec = load_spec(ROOT / "problems/nn_vmap_forward/problem.toml")
    rows = table(section(read(ROOT / "README.md"), "## Verdicts, points and exit status"))
    said = {key: int(cells[0]) for key, cells in rows.items() if key not in set(Verdict)}
    assert said == {criterion.id: criterion.points for criterion in spec.criteria}


@pytest.mark.parametrize(
    ("heading", "record"),
    [
        ("## As JSON", Report),
        ("An entry of `criteria`:", CriterionResult),
        ("An `isolation`:", Isolation),
        ("A `program`:", ProgramInfo),
        (
            "A `run`, which with `cases`, `versions` and the file is what it takes to get the same "
            "report again:",
            RunInfo,
        ),
    ],
)
def test_the_fields_of_a_report_are_all_described(heading: str, record: type[ReportRecord]) -> None:
    text = read(ROOT / "docs/reading-a-report.md")
    rows = table(re.split(r"^An? .+:$", section(text, heading), flags=re.MULTILINE)[0])
    assert set(rows) == set(record.model_fields)


def test_the_fields_of_a_counterexample_are_all_described() -> None:
    rows = table(section(read(ROOT / "docs/reading-a-report.md"), "A `counterexample`:"))
    assert set(rows) == set(Counterexample.model_fields)


def test_contributing_is_short_and_lists_every_module_of_the_judge() -> None:
    text = read(ROOT / "CONTRIBUTING.md")
    assert text.count("\n") < 60
    (layers,) = code_blocks(text, "text")
    found = {path.stem for path in (ROOT / "grader").iterdir() if is_module(path)}
    assert set(layers.split()) == found - {"__init__", "__main__"}


def is_module(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def test_the_workflow_on_the_page_is_the_file_beside_it() -> None:
    (shown,) = code_blocks(read(ROOT / "docs/grading-in-ci.md"), "yaml")
    assert shown == read(WORKFLOW)


def test_the_workflow_hands_no_secret_to_a_submission() -> None:
    text = read(WORKFLOW)
    assert "secrets" not in text
    assert "persist-credentials: false" in text
    assert "permissions:\n  contents: read\n" in text


@pytest.mark.skipif(importlib.util.find_spec("yaml") is None, reason="needs PyYAML")
def test_the_workflow_is_yaml_with_one_job() -> None:
    workflow = importlib.import_module("yaml").safe_load(read(WORKFLOW))
    assert list(workflow["jobs"]) == ["grade"]
    steps = workflow["jobs"]["grade"]["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps)


def test_a_transcript_in_the_readme_is_of_the_command_that_its_marker_names() -> None:
    marked = re.findall(
        r"^<!-- transcript: ([^\n]+) -->\n(?:<!-- [^\n]+ -->\n)?```console\n(.*?)^```\n<!-- end",
        read(ROOT / "README.md"),
        re.MULTILINE | re.DOTALL,
    )
    assert len(marked) == 2
    for (command, block), verdict in zip(marked, ("accepted", "wrong structure"), strict=True):
        first, second = block.split("\n")[:2]
        assert first == f"$ {command}"
        assert second.startswith(verdict)
