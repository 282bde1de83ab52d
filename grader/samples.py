"""Sample submissions: files under a verdict's name, each a known mistake or a right route.

The first line of a sample is ``# points: N``; its docstring is a title, an explanation and,
where it is a mistake, a paragraph that begins with ``Hint:``. One that ends at a limit on time says
which on its second line, as ``# limit: cpu``: nobody has to wait for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.catalog import Problem
from grader.errors import SpecError
from grader.observation import LIMITS_ON_TIME, Limit
from grader.report import Mistake
from grader.verdict import Verdict

POINTS = re.compile(r"\A# points: (\d+)\n")
LIMIT = re.compile(r"\A[^\n]*\n# limit: (\w+)\n")
DOCSTRING = re.compile(r'\A(?:#[^\n]*\n|\s*\n)*"""(.*?)"""', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sample:
    """A submission with a known verdict and points."""

    path: Path
    verdict: Verdict
    points: int
    source: str
    mistake: Mistake
    limit: Limit | None = None

    @property
    def id(self) -> str:
        """The name of the mistake, or of the route."""
        return self.path.stem


def load_samples(problem: Problem) -> list[Sample]:
    """Return all samples of a problem, in the order of their ids.

    Raises:
      SpecError: a sample lies in no verdict's folder, or its header is not as described.
    """
    paths = sorted(problem.samples.glob("*/*.py"), key=lambda path: path.stem)
    return [_load(path) for path in paths]


def _load(path: Path) -> Sample:
    try:
        verdict = Verdict(path.parent.name)
    except ValueError:
        raise SpecError(f"{path}: {path.parent.name} is not a verdict") from None
    source = path.read_text(encoding="utf-8")
    points, docstring = POINTS.match(source), DOCSTRING.match(source)
    if points is None:
        raise SpecError(f"{path}: the first line is not `# points: N`")
    if docstring is None:
        raise SpecError(f"{path}: has no docstring")
    mistake = _mistake(path, docstring[1])
    return Sample(path, verdict, int(points[1]), source, mistake, _limit(path, source))


def _limit(path: Path, source: str) -> Limit | None:
    found = LIMIT.match(source)
    if found is None:
        return None
    if found[1] not in {one.value for one in LIMITS_ON_TIME}:
        raise SpecError(f"{path}: {found[1]} is no limit on time")
    return Limit(found[1])


def _mistake(path: Path, docstring: str) -> Mistake:
    paragraphs = [" ".join(part.split()) for part in docstring.strip().split("\n\n")]
    hints = [part.removeprefix("Hint:").strip() for part in paragraphs if part[:5] == "Hint:"]
    body = [part for part in paragraphs[1:] if part[:5] != "Hint:"]
    return Mistake(
        id=path.stem,
        title=paragraphs[0],
        explanation="\n\n".join(body),
        hint=hints[0] if hints else "",
    )
