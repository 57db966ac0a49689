"""Writing a text in sections: saved by hand and by itself, two texts compared, refused in words.

A note and a summary are written alike; what differs between them stands in a `Kind`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from wtforms import Form

from admin.encounters.forms import asked_version, asked_window, new_window, typed
from admin.encounters.pages import about, open_encounter
from admin.encounters.presenters import differing
from shared.access.encounters import Held
from shared.access.errors import Refused
from shared.access.principal import Principal
from shared.encounters.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    NotTheirs,
    TooLong,
    WritingRefused,
)
from shared.encounters.sections import FIRST, LONGEST, Saved, clean
from shared.web.answers import invalid, page
from shared.web.current import transaction, viewer

TROUBLE = "admin/encounters/_trouble.html"


class Save(Protocol):
    """A service that keeps what was typed."""

    def __call__(
        self,
        session: Any,
        *,
        encounter_id: UUID,
        texts: Mapping[str, str],
        version: int,
        window: str,
        by: Principal,
    ) -> Saved: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between the texts of an encounter.

    `shown` gives the page of the form all it needs; `stands` reads the text that others see now;
    `keeps_aside`: what was typed beside it is kept, so a refusal is committed as well.
    """

    sections: tuple[str, ...]
    titles: Mapping[str, LazyString]
    form: type[Form]
    template: str
    shown: Callable[..., dict[str, Any]]
    stands: Callable[[Held], Mapping[str, str]]
    by_itself: Save
    by_hand: Save
    saves_at: str
    leaves_to: str
    keeps_aside: bool = False


def save_by_hand(kind: Kind, patient_id: UUID, encounter_id: UUID) -> Response | None:
    """Keep what was typed; None when that is done, else the page that says what is the matter.

    Raises AlreadySigned: what to do then is the text's own.
    """
    held = open_encounter(patient_id, encounter_id)
    try:
        _save(kind, kind.by_hand, encounter_id)
    except TooLong as refusal:
        form = kind.form(request.form)
        form[refusal.section].errors = [too_long_words()]
        return invalid(kind.template, **kind.shown(held, form=form, window=asked_window()))
    except ChangedMeanwhile as refusal:
        return compare(kind, held, refusal.version)
    return None


def save_by_itself(kind: Kind, patient_id: UUID, encounter_id: UUID, **shown: Any) -> Response:
    """Keep what is typed; the answer is the line that says so, or what is the matter."""
    open_encounter(patient_id, encounter_id)
    try:
        saved = _save(kind, kind.by_itself, encounter_id)
    except TooLong:
        return invalid(TROUBLE, trouble="long", words=too_long_words())
    except (ChangedMeanwhile, AlreadySigned) as refusal:
        signed = kind.keeps_aside and isinstance(refusal, AlreadySigned)
        trouble = "signed" if signed else "changed"
        return invalid(TROUBLE, status=409, keep=kind.keeps_aside, trouble=trouble)
    return page(
        "admin/encounters/_state.html",
        version=saved.version,
        saved_at=saved.at,
        swapped=True,
        **shown,
    )


def compare(kind: Kind, held: Held, version: int = FIRST) -> Response:
    """Both texts side by side; nothing is decided by itself."""
    mine = {name: clean(text) for name, text in typed(kind.sections).items()}
    return invalid(
        "admin/encounters/compare.html",
        status=409,
        keep=kind.keeps_aside,
        version=version,
        window=new_window(),
        mine=mine,
        pairs=differing(kind.sections, kind.titles, kind.stands(held), mine),
        save=kind.saves_at,
        back=kind.leaves_to,
        **about(held),
    )


def why_not(
    step: Callable[..., object],
    encounter_id: UUID,
    words: Mapping[type[WritingRefused], LazyString],
) -> str:
    """Sign or approve the version that was read; empty, or why that is not possible."""
    try:
        step(transaction(), encounter_id=encounter_id, version=asked_version(), by=viewer())
    except NotTheirs as refusal:
        raise Refused("note.write") from refusal
    except tuple(words) as refusal:
        return str(words[type(refusal)])
    return ""


def too_long_words() -> str:
    """What a section that is too long is told."""
    limit = f"{LONGEST:,}"
    return str(_("That is longer than a section holds: %(limit)s characters.", limit=limit))


def _save(kind: Kind, save: Save, encounter_id: UUID) -> Saved:
    try:
        return save(
            transaction(),
            encounter_id=encounter_id,
            texts=typed(kind.sections),
            version=asked_version(),
            window=asked_window(),
            by=viewer(),
        )
    except NotTheirs as refusal:
        raise Refused("note.write") from refusal
