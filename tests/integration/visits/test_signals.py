"""How calls went: codes and families only, and one page of a side at a time."""

from datetime import timedelta

import pytest

from shared import clock
from shared.access.visit_signals import list_signals, list_signals_of
from shared.access.visits import get_visit
from shared.db import open_session
from shared.ids import new_id
from shared.visits.errors import Elsewhere
from shared.visits.presence import note_presence
from shared.visits.signals import Heard, browser_family, note_heard, note_signal, read_heard
from tests.integration.visits.conftest import Clinic


def test_signals_are_kept_with_side_code_and_family(clinic: Clinic) -> None:
    visit_id = clinic.open()
    told = read_heard("joined.1830 dropped.92000.line hello.1 first_picture converted.5 joined/x")
    assert told == [
        Heard("joined", 1830),
        Heard("dropped", 92_000, "line"),
        Heard("first_picture"),
    ]
    clinic.act(clinic.viewer, note_heard, visit_id, side="patient", heard=told, browser="firefox")
    clinic.act(
        clinic.doctor, note_signal, visit_id, side="practitioner", kind="joined", milliseconds=10**9
    )
    now = clock.now()
    hour = timedelta(hours=1)
    with open_session(clinic.doctor.context()) as session:
        rows = list_signals(session, viewer=clinic.doctor, since=now - hour, until=now + hour)
        assert [(one.side, one.kind, one.reason, one.browser) for one in rows] == [
            ("patient", "joined", "", "firefox"),
            ("patient", "dropped", "line", "firefox"),
            ("patient", "first_picture", "", "firefox"),
            ("practitioner", "joined", "", "unknown"),
        ]
        assert rows[-1].milliseconds == 86_400_000


def test_what_is_told_again_counts_once_and_who_was_there_comes_back(clinic: Clinic) -> None:
    visit_id = clinic.open()
    for told in ("joined.1000", "joined.1000 first_picture.1200", "joined.800 first_picture.900"):
        clinic.act(
            clinic.viewer,
            note_heard,
            visit_id,
            side="patient",
            heard=read_heard(told),
            browser="chrome",
        )
    kinds = [one["kind"] for one in clinic.rows("visit_signal", "true")]
    assert kinds == ["joined", "first_picture", "reconnected"]


def test_patient_speaks_for_their_own_side_only(clinic: Clinic) -> None:
    visit_id = clinic.open()
    with pytest.raises(Exception, match="row-level security"):
        clinic.act(clinic.viewer, note_signal, visit_id, side="practitioner", kind="joined")
    with pytest.raises(ValueError, match="nothing"):
        clinic.act(clinic.viewer, note_signal, visit_id, side="patient", kind="nothing")
    with open_session(clinic.doctor.context()) as session:
        visit = get_visit(session, viewer=clinic.doctor, visit_id=visit_id)
        assert list_signals_of(session, viewer=clinic.doctor, visit=visit) == []


@pytest.mark.parametrize(
    ("described", "family"),
    [
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "chrome"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "edge"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1 CriOS/140.0 Mobile Safari/604.1", "chrome"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1", "safari"),
        ("Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"),
        ("curl/8", "other"),
        ("", "unknown"),
    ],
)
def test_browser_is_known_by_its_family_only(described: str, family: str) -> None:
    assert browser_family(described) == family


def test_newer_page_is_the_visit_until_it_falls_silent(clinic: Clinic) -> None:
    visit_id = clinic.open()
    older, newer = sorted([new_id(), new_id()])
    told = {"side": "patient", "place": "call"}
    clinic.act(clinic.viewer, note_presence, visit_id, **told, page=older)
    clinic.act(clinic.viewer, note_presence, visit_id, **told, page=newer)
    with pytest.raises(Elsewhere):
        clinic.act(clinic.viewer, note_presence, visit_id, **told, page=older)
    clinic.act(clinic.viewer, note_presence, visit_id, **told, page=newer)
    clinic.go_to(clock.now() + timedelta(seconds=30))
    clinic.act(clinic.viewer, note_presence, visit_id, **told, page=older)
