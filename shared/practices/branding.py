"""Choosing a practice's look: checked, kept with every earlier one, in force at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.events import act
from shared.ids import new_id
from shared.models.account import Account
from shared.models.practice import Practice
from shared.models.practice_look import PracticeLogo, PracticeLook
from shared.practices.contrast import check_contrast
from shared.practices.logos import DrawnLogo
from shared.practices.look import Brand, Logo

EARLIER = 20


@dataclass(frozen=True, slots=True)
class EarlierLook:
    """A look the practice has had: whose choice, and since when."""

    id: UUID
    brand: Brand
    since: datetime
    by: str | None


def change_look(session: Session, *, brand: Brand, by: Principal) -> list[str]:
    """Put a look into force; what changed ("colours", "logo" ...), nothing when nothing did.

    Raises ContrastTooLow.
    """
    check_contrast(brand)
    row = session.scalars(
        select(Practice).where(Practice.id == by.practice_id).with_for_update()
    ).one()
    changed = _differences(row, brand)
    if not changed:
        return []
    _remember_first(session, row)
    row.brand = {**_others(row), **brand.to_mapping()}
    look = _remember(session, row, clock.now(), by.account_id)
    act(session, "practice.look_changed", target=look, what=", ".join(changed))
    session.flush()
    return changed


def return_to_look(session: Session, *, look_id: UUID, by: Principal) -> list[str]:
    """Put an earlier look into force again. Raises NotFound, and ContrastTooLow as any change."""
    found = session.scalars(
        select(PracticeLook).where(
            PracticeLook.practice_id == by.practice_id, PracticeLook.id == look_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return change_look(session, brand=Brand.from_mapping(found.brand), by=by)


def list_looks(session: Session, *, practice_id: UUID) -> list[EarlierLook]:
    """The looks the practice chose, newest first (ids rise); the first of them is in force."""
    rows = session.execute(
        select(PracticeLook, Account.name)
        .outerjoin(Account, Account.id == PracticeLook.created_by)
        .where(PracticeLook.practice_id == practice_id)
        .order_by(PracticeLook.id.desc())
        .limit(EARLIER)
    )
    return [
        EarlierLook(row.id, Brand.from_mapping(row.brand), row.created_at, name)
        for row, name in rows
    ]


def find_logo(session: Session, *, practice_id: UUID, digest: str) -> bytes | None:
    """The picture of that name, if the practice has ever used it."""
    return session.scalar(
        select(PracticeLogo.body).where(
            PracticeLogo.practice_id == practice_id, PracticeLogo.digest == digest
        )
    )


def keep_logo(session: Session, *, logo: DrawnLogo, by: Principal) -> Logo:
    """Keep a picture to be looked at; a look uses it once it is changed to name it."""
    known = find_kept_logo(session, digest=logo.digest, by=by)
    if known is None:
        row = PracticeLogo(
            practice_id=by.practice_id,
            id=new_id(),
            digest=logo.digest,
            body=logo.body,
            width=logo.width,
            height=logo.height,
            created_at=clock.now(),
        )
        session.add(row)
        act(session, "practice.logo_sent", target=row)
    return known or Logo(logo.digest, logo.width, logo.height)


def find_kept_logo(session: Session, *, digest: str, by: Principal) -> Logo | None:
    """A picture the practice has sent before, by the name it got."""
    row = session.scalars(
        select(PracticeLogo).where(
            PracticeLogo.practice_id == by.practice_id, PracticeLogo.digest == digest
        )
    ).one_or_none()
    return None if row is None else Logo(row.digest, row.width, row.height)


def _differences(row: Practice, brand: Brand) -> list[str]:
    before = Brand.from_mapping(row.brand)
    shapes = ("heading", "corners", "motif")
    colours = ("accent_hue", "accent_chroma", "accent_lightness", "surface_hue", "second_hue")
    found = {
        "colours": any(getattr(before, key) != getattr(brand, key) for key in colours),
        "shapes": any(getattr(before, key) != getattr(brand, key) for key in shapes),
        "logo": before.logo != brand.logo,
    }
    return [what for what, differs in found.items() if differs]


def _others(row: Practice) -> dict[str, object]:
    """What is stored beside the values we know; the logo is ours to set or to leave out."""
    return {key: value for key, value in row.brand.items() if key != "logo"}


def _remember_first(session: Session, row: Practice) -> None:
    """Before the first change: the look that the practice was made with."""
    known = session.scalar(
        select(PracticeLook.id).where(PracticeLook.practice_id == row.id).limit(1)
    )
    if known is None:
        first = _remember(session, row, row.created_at, None)
        act(session, "practice.look_changed", target=first, what="as it was made")
        session.flush()


def _remember(session: Session, row: Practice, at: datetime, by: UUID | None) -> PracticeLook:
    look = PracticeLook(
        practice_id=row.id,
        id=new_id(),
        name=row.name,
        brand=dict(row.brand),
        created_at=at,
        created_by=by,
    )
    session.add(look)
    return look
