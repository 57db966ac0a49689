"""Reading images that an older schema wrote.

A column added later is absent from an old image and takes its default; a column dropped later is
in it and is passed over. Anything else a migration does to rows without writing them (a rename, a
split, a change of type) needs an entry here, made together with the migration.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory

from shared.replay.reading import Change, Image

MIGRATIONS = Path(__file__).parents[2] / "migrations"

# From a table's name and an image of it to the same, as the revision left them.
Upgrade = Callable[[str, Image], tuple[str, Image]]

# By the revision that made the difference: what it does to the images written before it.
UPGRADES: dict[str, Upgrade] = {}


@cache
def known_revisions() -> tuple[str, ...]:
    """The revisions of the program, oldest first."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    return tuple(script.revision for script in reversed(list(scripts.walk_revisions())))


class UnknownRevision(Exception):
    """The log was written by a schema that this program does not know: it is too old for it."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """The order of revisions and what each did to images written before it."""

    order: Sequence[str]
    upgrades: Mapping[str, Upgrade]

    def upgrade(self, change: Change) -> Change:
        """The change as if today's schema had written it. Raises UnknownRevision."""
        if change.revision not in self.order:
            raise UnknownRevision(change.revision)
        later = self.order[self.order.index(change.revision) + 1 :]
        steps = [self.upgrades[revision] for revision in later if revision in self.upgrades]
        if not steps:
            return change
        table, old = _walk(steps, change.table, change.old)
        table, new = _walk(steps, change.table, change.new) if change.new else (table, None)
        return replace(change, table=table, old=old, new=new, new_text=None)


def _walk(steps: Sequence[Upgrade], table: str, image: Image | None) -> tuple[str, Image | None]:
    # A table's name moves even where there is no image to move with it.
    given = image is not None
    current: Image = image or {}
    for step in steps:
        table, current = step(table, current)
    return table, current if given else None
