"""The downtime sheet: a day's schedule with phones, sealed for the owner before the day begins.

Made so that a practice can work while its server is gone: a page to print, sealed as CMS (RFC 5652)
for a key whose other half only the owner has, stored in the archive's bucket in another account.
Whoever has the key file opens it with `openssl cms -decrypt`; no program of ours is needed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.access.schedule import Entry, list_schedule
from shared.adapters.storage.archive import LockedArchive
from shared.adapters.storage.s3 import AlreadyStored
from shared.events import act, look
from shared.models.downtime_sheet import DowntimeSheet, SheetKey
from shared.practices.hosts import PracticeView, get_practice
from shared.practices.work import VendorWork

# From this hour of the evening before; late bookings are few, and a sheet of the evening is there.
MADE_FROM = time(18)
KEPT_FOR = timedelta(days=14)
TYPE = "application/pkcs7-mime"
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:14px sans-serif;margin:2em}}table{{border-collapse:collapse;width:100%}}
td,th{{border:1px solid #888;padding:6px;text-align:left;vertical-align:top}}</style>
<h1>{title}</h1><p>{told}</p>
<table><tr><th>Time<th>Patient<th>Born<th>Phone<th>Visit<th>With<th>Done</tr>
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sheet that nobody but the owner can read."""

    on_date: date
    visits: int
    body: bytes
    fingerprint: str


def make_due_sheets(work: VendorWork) -> int:
    """Make the sheets of today and, from the evening on, of tomorrow; returns how many were made.

    One that is there is left alone. Raises StorageUnavailable, to be run again.
    """
    made = 0
    for on_date in _due(work):
        sealed = _seal(work, on_date)
        if sealed is not None:
            _note(work, sealed, _store(work, sealed))
            made += 1
    return made


def find_key(session: Session, *, practice_id: UUID) -> SheetKey | None:
    """The key that sheets are sealed for now."""
    return session.scalar(
        select(SheetKey).where(SheetKey.practice_id == practice_id, SheetKey.ended_at.is_(None))
    )


def list_sheets(session: Session, *, practice_id: UUID, limit: int = 14) -> list[DowntimeSheet]:
    """The sheets of the last days, the newest first."""
    return list(
        session.scalars(
            select(DowntimeSheet)
            .where(DowntimeSheet.practice_id == practice_id)
            .order_by(DowntimeSheet.on_date.desc())
            .limit(limit)
        )
    )


def fetch_sheet(session: Session, *, sheet_id: UUID, by: Principal) -> DowntimeSheet:
    """A sheet to download, which the log tells. Raises NotFound."""
    row = session.get(DowntimeSheet, (by.practice_id, sheet_id))
    if row is None or row.sealed is None:
        raise NotFound
    look(session, "sheet.fetched", target=row, day=row.on_date.isoformat())
    return row


def _due(work: VendorWork) -> list[date]:
    with work.session() as session:
        here = get_practice(session, work.practice_id)
        if find_key(session, practice_id=work.practice_id) is None:
            return []
        local = clock.now().astimezone(ZoneInfo(here.time_zone))
        wanted = [local.date()]
        if local.time() >= MADE_FROM:
            wanted.append(local.date() + timedelta(days=1))
        there = session.scalars(
            select(DowntimeSheet.on_date).where(
                DowntimeSheet.practice_id == work.practice_id, DowntimeSheet.on_date.in_(wanted)
            )
        ).all()
    return [day for day in wanted if day not in there]


def _seal(work: VendorWork, on_date: date) -> Sealed | None:
    with work.session("downtime sheet") as session:
        here = get_practice(session, work.practice_id)
        key = find_key(session, practice_id=work.practice_id)
        if key is None:
            return None
        begin = datetime.combine(on_date, time(), ZoneInfo(here.time_zone))
        end = datetime.combine(on_date + timedelta(days=1), time(), ZoneInfo(here.time_zone))
        entries = list_schedule(session, viewer=work.principal, first=begin, until=end)
        booked = [entry for entry in entries if entry.patient is not None]
        page = _page(here, on_date, booked)
        certificate = x509.load_pem_x509_certificate(key.certificate.encode())
        fingerprint = key.fingerprint
    body = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(page.encode())
        .add_recipient(certificate)
        .set_content_encryption_algorithm(AES256)
        .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    return Sealed(on_date, len(booked), body, fingerprint)


def _store(work: VendorWork, sealed: Sealed) -> str:
    """In the archive's bucket; a sheet that a dead run left there gets a place beside it."""
    bucket = LockedArchive(work.settings)
    places = (f"{work.practice_id}/sheets/{sealed.on_date}{end}.p7m" for end in ("", "-again"))
    for place in places:
        try:
            until = clock.now() + KEPT_FOR
            bucket.put(place, sealed.body, content_type=TYPE, keep_until=until)
        except AlreadyStored:
            continue
        return place
    raise AlreadyStored(str(sealed.on_date))


def _note(work: VendorWork, sealed: Sealed, place: str) -> None:
    with work.session() as session:
        row = DowntimeSheet(
            practice_id=work.practice_id,
            on_date=sealed.on_date,
            visits=sealed.visits,
            sha256=hashlib.sha256(sealed.body).digest(),
            stored_as=place,
            fingerprint=sealed.fingerprint,
            sealed=sealed.body,
            made_at=clock.now(),
        )
        session.add(row)
        act(session, "sheet.made", target=row, day=sealed.on_date.isoformat())


def _page(here: PracticeView, on_date: date, entries: list[Entry]) -> str:
    zone = ZoneInfo(here.time_zone)
    made = clock.now().astimezone(zone)
    title = escape(f"{here.name}: {on_date:%A %-d %B %Y}")
    told = escape(
        f"{len(entries)} visits, as booked at {made:%-I:%M %p} on {made:%-d %B}. Times are"
        f" {here.time_zone}. Shred it when the server is back."
    )
    return HEAD.format(title=title, told=told) + "".join(_row(one, zone) for one in entries)


def _row(entry: Entry, zone: ZoneInfo) -> str:
    patient, starts = entry.patient, entry.appointment.starts_at.astimezone(zone)
    if patient is None:
        return ""
    cells = (
        f"{starts:%-I:%M %p}",
        f"{patient.family_name}, {patient.given_name}",
        f"{patient.birth_date:%-m/%-d/%Y}",
        patient.phone or "",
        f"{entry.visit_type.name} ({entry.appointment.reference})",
        f"{entry.practitioner.given_name} {entry.practitioner.family_name}",
        "",
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + "</tr>\n"
