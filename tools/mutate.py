"""`make mutants`: how many holes in the doors and the policy would the attack tests notice?

Everything is set up once; each mutant then lives in a forked process of its own, where the code of
the changed functions is replaced, and the tests run until the first one fails.
"""

import argparse
import ast
import contextlib
import importlib
import itertools
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from sqlalchemy import ClauseElement, TextClause

from tools.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[1]
TESTS = "tests/integration/attack/test_doors.py"
# Which of the tests' questions concern a module; the rules about roles concern them all.
MODULES = {
    "policy": "",
    "principal": "",
    "said": "said",
    "theirs": "video encounters",
    "patients": "patients",
    "front": "patients",
    "patient_search": "patients",
    "appointments": "visits holds",
    "schedule": "visits",
    "holds": "holds",
    "dispatches": "messages",
    "payments": "money",
    "payment_sweeps": "money",
    "accounts": "staff",
    "break_glass": "staff",
    "visits": "video",
    "video_rooms": "video",
    "consents": "video",
    "held_visits": "held",
    "visit_guests": "beside",
    "visit_outcomes": "beside",
    "visit_signals": "beside",
    "waiting_line": "beside",
    "licences": "beside",
    "encounters": "encounters",
    "notes": "encounters",
    "summaries": "encounters",
    "addresses": "house",
    "attention": "house",
    "changes": "house",
    "inbox": "house",
    "suppressions": "house",
    "preferences": "house",
    "readiness": "counts",
    "reminders": "counts",
    "figures": "counts",
    "resealing": "counts",
    "log": "log",
    "log_choices": "log",
    "log_export": "log",
    "log_proof": "past",
    "looks": "past",
    "story": "past",
    "history": "past",
}
# Nothing to change in them.
WITHOUT_CONDITIONS = {"__init__", "errors"}
SURVIVED, KILLED = 0, 1
KEEPS = type(cache(len))
LONGEST = 300  # seconds; a mutant that hangs is noticed, too


@dataclass
class Score:
    """What became of the mutants, by module."""

    killed: dict[str, int] = field(default_factory=dict)
    survived: dict[str, list[Mutant]] = field(default_factory=dict)

    def note(self, mutant: Mutant, killed: bool) -> None:
        """Count one."""
        name = mutant.path.stem
        self.killed.setdefault(name, 0)
        self.survived.setdefault(name, [])
        if killed:
            self.killed[name] += 1
        else:
            self.survived[name].append(mutant)

    def forget(self, name: str) -> None:
        """What was counted of a module says nothing."""
        self.killed.pop(name, None)
        self.survived.pop(name, None)

    def lines(self) -> Iterator[str]:
        """The report's table and the list of survivors, in Markdown."""
        yield "| module | mutants | killed | score |"
        yield "|---|---|---|---|"
        for name, killed in self.killed.items():
            count = killed + len(self.survived[name])
            yield f"| `shared/access/{name}.py` | {count} | {killed} | {_share(killed, count)} |"
        killed, count = sum(self.killed.values()), self.count
        yield f"| all | {count} | {killed} | {_share(killed, count)} |"
        yield ""
        for name, left in self.survived.items():
            for one in left:
                yield f"- `{name}.py:{one.line}` {one.words.replace('|', chr(92) + '|')}"

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.killed.values()) + sum(map(len, self.survived.values()))


def _share(killed: int, count: int) -> str:
    return f"{100 * killed / count:.1f} %" if count else "no mutants"


class Laboratory:
    """Runs the tests once as they are, then once for each mutant in a fork."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self.mutants = mutants
        self.score = Score()
        # Modules whose tests failed before their mutants, or after them, without any.
        self.unsound: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        items = session.items
        if not run(items, say=True):
            raise pytest.UsageError("the tests fail without any mutant")
        number = itertools.count(1)
        for path, mutants in itertools.groupby(self.mutants, key=lambda one: one.path):
            # What a fork alone breaks, or the hours of a long run, would count as noticed.
            if self._is_sound(items, path):
                for mutant in mutants:
                    self._count(items, mutant, next(number))
            if not self._is_sound(items, path):
                self.unsound.append(path.stem)
                self.score.forget(path.stem)
        return True

    def _is_sound(self, items: list[pytest.Item], path: Path) -> bool:
        """True when a module's tests pass in a fork while nothing is changed."""
        unchanged = Mutant(path, 0, "nothing", ast.parse(path.read_text()))
        return not self._try(unchanged, self._asked(items, unchanged))

    def _count(self, items: list[pytest.Item], mutant: Mutant, number: int) -> None:
        began = time.monotonic()
        killed = self._try(mutant, self._asked(items, mutant))
        self.score.note(mutant, killed)
        took = time.monotonic() - began
        sign = "killed  " if killed else "SURVIVED"
        place = f"{mutant.path.stem}:{mutant.line}"
        print(f"{number:4}/{len(self.mutants)} {sign} {took:5.1f}s {place} {mutant.words}")
        sys.stdout.flush()

    def _asked(self, items: list[pytest.Item], mutant: Mutant) -> list[pytest.Item]:
        groups = tuple(f"[{group}]" for group in MODULES[mutant.path.stem].split())
        rules = [one for one in items if "doors_give" not in one.name]
        return rules + [one for one in items if groups and one.name.endswith(groups)]

    def _try(self, mutant: Mutant, items: list[pytest.Item]) -> bool:
        pid = os.fork()
        if pid == 0:
            signal.alarm(LONGEST)
            with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
                try:
                    infect(mutant)
                    good = run(items)
                except BaseException:  # noqa: BLE001 - a mutant may break anything
                    good = False
            os._exit(SURVIVED if good else KILLED)
        _, status = os.waitpid(pid, 0)
        return status != SURVIVED


def run(items: list[pytest.Item], *, say: bool = False) -> bool:
    """Run tests up to the first that fails; what the whole session shares is never taken down."""
    for number, item in enumerate(items):
        # Any other test of the module: what it needs as well is kept.
        following = items[number - 1]
        for report in runtestprotocol(item, log=False, nextitem=following):
            if report.failed:
                if say:
                    print(report.longreprtext)
                return False
    return True


def infect(mutant: Mutant) -> None:
    """Replace the changed code in the running program."""
    relative = mutant.path.relative_to(ROOT).with_suffix("")
    module = importlib.import_module(".".join(relative.parts))
    compiled = compile(mutant.tree, str(mutant.path), "exec")
    codes = {code.co_qualname: code for code in _codes(compiled)}
    for function in _functions(module):
        code = codes.get(function.__qualname__)
        if code is not None:
            function.__code__ = code
    fresh: dict[str, Any] = {"__name__": module.__name__, "__file__": str(mutant.path)}
    exec(compiled, fresh)  # noqa: S102 - our own code, changed in one place  # nosec B102
    _replace_constants(module, fresh)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        if isinstance(value, KEEPS):
            # Kept answers were made by the code as it was.
            value.cache_clear()
            made_by = value.__wrapped__
            if isinstance(made_by, FunctionType) and made_by.__module__ == module.__name__:
                yield made_by
        elif isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for part in vars(value).values():
                found = getattr(part, "fget", None) or getattr(part, "__func__", None) or part
                if isinstance(found, FunctionType):
                    yield found


def _replace_constants(module: ModuleType, fresh: dict[str, Any]) -> None:
    """Tables, tuples and statements, in every module that has them by name."""
    for name, value in list(vars(module).items()):
        if not name.isupper() or name not in fresh or _is_same(fresh[name], value):
            continue
        if isinstance(value, dict):
            value.clear()
            value.update(fresh[name])
            continue
        for other in list(sys.modules.values()):
            if getattr(other, name, None) is value:
                setattr(other, name, fresh[name])


def _is_same(fresh: object, value: object) -> bool:
    if isinstance(fresh, TextClause) and isinstance(value, TextClause):
        return fresh.text == value.text
    if isinstance(fresh, ClauseElement) and isinstance(value, ClauseElement):
        return fresh.compare(value)
    return type(fresh).__name__ == type(value).__name__ and bool(fresh == value)


def modules() -> set[str]:
    """Every module of the doors, by name."""
    return {path.stem for path in (ROOT / "shared/access").glob("*.py")}


def main() -> int:
    """Print the score; 1 when it is below 90 %, or when a module is not among those to change."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--module", action="append", help="only this one, such as patients")
    words.add_argument("--report", type=Path, help="append the table to this file")
    asked = words.parse_args()
    if unknown := modules() - set(MODULES) - WITHOUT_CONDITIONS:
        print("no questions are named for", ", ".join(sorted(unknown)))
        return 1
    paths = [ROOT / f"shared/access/{name}.py" for name in asked.module or MODULES]
    laboratory = Laboratory([one for path in paths for one in mutants_of(path)])
    pytest.main(
        ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", TESTS], plugins=[laboratory]
    )
    report = "\n".join(laboratory.score.lines())
    print(report)
    if asked.report:
        with asked.report.open("a") as file:
            file.write(report + "\n")
    if laboratory.unsound:
        print("not counted, because their tests fail unchanged:", ", ".join(laboratory.unsound))
        return 1
    killed = sum(laboratory.score.killed.values())
    return 0 if laboratory.score.count and killed >= 0.9 * laboratory.score.count else 1


if __name__ == "__main__":
    sys.exit(main())
