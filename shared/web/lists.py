"""Pages of rows: how they are sorted, filtered and paged stands in the address, checked.

    asked = read_list({"when", "who"}, default="-when", filters={"state": STATES})
    rows = list_letters(..., sort=asked.sort, descending=asked.descending, **asked.window)
    page("...", listing=asked.shown(rows))

and in the template `ui.table(..., sort=listing.asked.order)` and
`ui.pagination(newer=listing.earlier, older=listing.later)`.

What an address asks for and we do not know counts as not asked: no list breaks on an old link.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from flask import request, url_for

SIZE = 50
# Offsets cost what they skip; whoever is still looking needs a filter, not page 41.
LAST_PAGE = 40
ROW = TypeVar("ROW")


@dataclass(frozen=True, slots=True)
class Asked:
    """One state of a list: what its address says."""

    endpoint: str
    route: Mapping[str, object]
    sorts: Collection[str]
    default: str
    sort: str
    descending: bool
    chosen: Mapping[str, str]
    number: int = 1
    size: int = SIZE

    @property
    def window(self) -> dict[str, int]:
        """Where the page begins and how much to read: one more than is shown."""
        return {"offset": (self.number - 1) * self.size, "limit": self.size + 1}

    @property
    def order(self) -> str:
        """As it stands in the address: "-when" is the latest first."""
        return f"{'-' if self.descending else ''}{self.sort}"

    @property
    def is_narrow(self) -> bool:
        """True when a filter leaves something out."""
        return bool(self.chosen)

    def url(self, endpoint: str | None = None) -> str:
        """The address of this state; of another view of the same rows with `endpoint`."""
        values: dict[str, object] = {**self.route, **self.chosen}
        if self.order != self.default:
            values["sort"] = self.order
        if self.number > 1 and endpoint is None:
            values["page"] = self.number
        return url_for(endpoint or self.endpoint, **values)  # type: ignore[arg-type]  # str values

    def cleared(self) -> str:
        """The address without filters."""
        return replace(self, chosen={}, number=1).url()

    def shown(self, rows: Sequence[ROW]) -> "Shown[ROW]":
        """The page, from the rows that its window found."""
        more = len(rows) > self.size and self.number < LAST_PAGE
        return Shown(self, list(rows[: self.size]), more, len(rows) > self.size and not more)


@dataclass(frozen=True, slots=True)
class Shown(Generic[ROW]):
    """A page with its rows. `more`: another follows; `cut`: more than can be leafed through."""

    asked: Asked
    rows: list[ROW]
    more: bool
    cut: bool

    @property
    def earlier(self) -> str | None:
        """Where the page before is."""
        number = self.asked.number - 1
        return replace(self.asked, number=number).url() if number else None

    @property
    def later(self) -> str | None:
        """Where the page after is."""
        return replace(self.asked, number=self.asked.number + 1).url() if self.more else None

    @property
    def span(self) -> tuple[int, int]:
        """Numbers of the first and the last row shown."""
        before = (self.asked.number - 1) * self.asked.size
        return before + 1, before + len(self.rows)


def read_list(
    sorts: Collection[str],
    *,
    default: str,
    filters: Mapping[str, Collection[str]] | None = None,
    size: int = SIZE,
) -> Asked:
    """The state of the list in this request's address.

    `sorts` and the values of `filters` are closed lists; `default` is a sort, "-" before it for
    descending.
    """
    args = request.args
    wanted = args.get("sort", default)
    if wanted.removeprefix("-") not in sorts:
        wanted = default
    chosen = {
        name: value
        for name, known in (filters or {}).items()
        if (value := args.get(name, "")) and value in known
    }
    typed = args.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    return Asked(
        endpoint=request.endpoint or "",
        route=dict(request.view_args or {}),
        sorts=tuple(sorts),
        default=default,
        sort=wanted.removeprefix("-"),
        descending=wanted.startswith("-"),
        chosen=chosen,
        number=min(max(number, 1), LAST_PAGE),
        size=size,
    )
