"""Downtime sheets: made before the day, once, readable by the owner's key alone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7
from flask import Flask

from shared import clock
from shared.access.principal import Role
from shared.adapters.storage.archive import LockedArchive
from shared.adapters.storage.s3 import AlreadyStored, StorageUnavailable
from shared.booking.downtime import list_sheets, make_due_sheets
from shared.booking.sheet_keys import PassphraseTooShort, make_sheet_key
from shared.config import Settings
from shared.db import open_session
from shared.jobs.ground import make_sheets
from shared.jobs.registry import Job
from shared.models.attention_item import AttentionItem
from shared.models.downtime_sheet import SheetKey
from tests.browsing import Browser, signed_in
from tests.people import SEEDED_AT, Cast

PASSPHRASE = "four words are enough"
PAGE = "/admin/settings/sheets"


class Shelf:
    """A locked bucket in a dictionary."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def put(self, key: str, body: bytes, **kept: object) -> None:
        assert kept["keep_until"] > clock.now()
        if key in self.held:
            raise AlreadyStored(key)
        self.held[key] = body


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    held = Shelf()
    monkeypatch.setattr(LockedArchive, "put", held.put)
    return held


@pytest.fixture
def work(cast: Cast, settings: Settings) -> Job:
    return Job("make_sheets", cast.seagrape.id, settings)


def make_key(cast: Cast) -> bytes:
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session:
        return make_sheet_key(session, passphrase=PASSPHRASE, by=owner)


def opened(cast: Cast, secret: bytes, body: bytes) -> str:
    """What the owner reads."""
    with open_session(cast.seagrape.context()) as session:
        key = session.query(SheetKey).filter_by(ended_at=None).one()
        certificate = x509.load_pem_x509_certificate(key.certificate.encode())
    private = load_pem_private_key(secret, PASSPHRASE.encode())
    assert isinstance(private, rsa.RSAPrivateKey)
    return pkcs7.pkcs7_decrypt_der(body, certificate, private, []).decode()


def evening(cast: Cast) -> datetime:
    """Seven in the evening where the practice is."""
    zone = ZoneInfo(cast.seagrape.view.time_zone)
    return datetime.combine(SEEDED_AT.date(), time(19), zone)


def test_without_a_key_there_is_no_sheet(work: Job, shelf: Shelf) -> None:
    assert make_due_sheets(work) == 0
    assert shelf.held == {}


def test_the_evening_makes_tomorrows_sheet_once(cast: Cast, work: Job, shelf: Shelf) -> None:
    secret = make_key(cast)
    with clock.freeze(SEEDED_AT):
        assert make_due_sheets(work) == 1  # today's, late
    with clock.freeze(evening(cast)):
        assert make_due_sheets(work) == 1
        assert make_due_sheets(work) == 0
    with open_session(cast.seagrape.context()) as session:
        rows = list_sheets(session, practice_id=cast.seagrape.id)
    assert [row.on_date for row in rows] == [
        SEEDED_AT.date() + timedelta(days=1),
        SEEDED_AT.date(),
    ]
    for row in rows:
        assert shelf.held[row.stored_as] == row.sealed
        assert "Lindqvist" not in str(row.sealed)
        assert cast.seagrape.view.name in opened(cast, secret, row.sealed or b"")


def test_a_sheet_that_a_dead_run_stored_does_not_stop_the_next(
    cast: Cast, work: Job, shelf: Shelf
) -> None:
    make_key(cast)
    with clock.freeze(SEEDED_AT):
        shelf.held[f"{cast.seagrape.id}/sheets/{SEEDED_AT.date()}.p7m"] = b"of a dead run"
        assert make_due_sheets(work) == 1


def test_an_evening_without_a_sheet_is_told_until_there_is_one(
    cast: Cast, work: Job, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_key(cast)

    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("no_answer")

    def open_items() -> int:
        with open_session(cast.seagrape.context()) as session:
            found = session.query(AttentionItem).filter_by(kind="sheet_missing", resolved_at=None)
            return found.execution_options(door=True).count()

    with clock.freeze(evening(cast)):
        with monkeypatch.context() as patch:
            patch.setattr(LockedArchive, "put", away)
            with pytest.raises(StorageUnavailable):
                make_sheets(work)
        assert open_items() == 1
        make_sheets(work)
        assert open_items() == 0


def test_a_short_passphrase_is_refused(cast: Cast) -> None:
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session, pytest.raises(PassphraseTooShort):
        make_sheet_key(session, passphrase="short", by=owner)


def test_the_owner_makes_a_key_and_downloads_a_sheet(
    app: Flask, cast: Cast, work: Job, shelf: Shelf
) -> None:
    maya: Browser = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    assert "Make a key" in maya.get(PAGE).get_data(as_text=True)
    form = f"{PAGE}/keys/new"
    wrong = {"passphrase": PASSPHRASE, "again": "something else"}
    assert maya.post(f"{PAGE}/keys", wrong, printed_on=form).status_code == 422
    right = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    answer = maya.post(f"{PAGE}/keys", right, printed_on=form)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith('"downtime-key.pem"')
    secret = answer.get_data()
    assert b"ENCRYPTED PRIVATE KEY" in secret
    assert make_due_sheets(work) >= 1
    with open_session(cast.seagrape.context()) as session:
        row = list_sheets(session, practice_id=cast.seagrape.id)[0]
    assert "openssl cms" in maya.get(PAGE).get_data(as_text=True)
    sheet = maya.get(f"{PAGE}/{row.id}")
    assert "<table>" in opened(cast, secret, sheet.get_data())
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get(f"{PAGE}/{row.id}").status_code == 403
