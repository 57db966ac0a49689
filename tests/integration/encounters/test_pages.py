"""The pages: a note is written, signed and told, with and without scripts, and by nobody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.db import open_session
from shared.events import act
from shared.models.break_glass import BreakGlass
from tests.browsing import Browser, signed_in
from tests.encountering import Writing
from tests.people import Cast
from tests.visiting import mails

SECTIONS = ("reason", "history", "observations", "assessment", "plan")
PARTS = ("talked", "to_do", "medicines", "seek_help", "follow_up")
FORM = re.compile(r'<form[^>]*id="note-form".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'name="(csrf_token|window|version|idempotency_key)" value="([^"]*)"')
VALUE = re.compile(r'name="(csrf_token|window|version)" value="([^"]*)"')


@pytest.fixture
def desk(app: Flask, cast: Cast, writing: Writing) -> Browser:
    """The physician's browser."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


def opened(browser: Browser, path: str) -> dict[str, object]:
    """The hidden fields of the form that a page prints."""
    page = browser.get(path).get_data(as_text=True)
    found = FORM.search(page)
    assert found, page[:2000]
    return dict(VALUE.findall(found[0]))


def texts(words: str, names: tuple[str, ...] = SECTIONS) -> dict[str, object]:
    return dict.fromkeys(names, words)


def test_a_note_goes_from_the_first_word_to_the_patient(
    app: Flask, cast: Cast, writing: Writing, desk: Browser
) -> None:
    at = writing.path
    saved = desk.post(f"{at}/note", opened(desk, at) | texts("Tired since May.") | {"then": "sign"})
    assert saved.headers["Location"].endswith("/signature/new")
    review = desk.get(f"{at}/signature/new").get_data(as_text=True)
    assert "Tired since May." in review
    assert "The note is locked" in review
    version = re.search(r'name="version" value="(\d+)"', review)
    assert version
    fields = {"version": version[1]}
    signed = desk.post(f"{at}/signature", fields, printed_on=f"{at}/signature/new")
    assert signed.headers["Location"].endswith("/summary")
    page = desk.get(f"{at}/summary").get_data(as_text=True)
    assert "The note is signed" in page
    assert "Call 911" in page
    words = texts("Rest, and drink more water.", PARTS)
    drafted = desk.post(f"{at}/summary", opened(desk, f"{at}/summary") | words)
    assert drafted.status_code == 303
    patient = signed_in(app, cast.seagrape, writing.patient)
    assert "Rest, and drink" not in patient.get("/portal/summaries").get_data(as_text=True)
    preview = desk.get(f"{at}/summary/preview").get_data(as_text=True)
    assert preview.count("Rest, and drink more water.") == 5
    approved = desk.post(
        f"{at}/summary/approval", {"version": "1"}, printed_on=f"{at}/summary/preview"
    )
    assert approved.status_code == 303
    template, context = mails(cast.seagrape.id)[-1]
    assert template == "summary_ready"
    assert set(context) == {"first_name", "link"}
    shown = patient.get(str(context["link"])).get_data(as_text=True)
    assert shown.count("Rest, and drink more water.") == 5
    assert "911" in shown
    assert "Tired since May." not in shown, "the note is not the patient's page"
    article = re.compile(r'<article class="summary">.*?</article>', re.DOTALL)
    theirs, previewed = article.search(shown), article.search(preview)
    assert theirs
    assert previewed
    level = {str(number): str(number - 2) for number in (3, 4)}
    lifted = re.sub(r"(</?h)([34])", lambda tag: tag[1] + level[tag[2]], previewed[0])
    assert lifted == theirs[0], "the preview is what the patient sees"
    assert writing.row().status == "summary_sent"
    done = desk.get("/admin/encounters").get_data(as_text=True)
    assert "Every note is signed" in done
    reread = desk.get(at).get_data(as_text=True)
    assert "The patient opened it on" in reread
    assert "read the summary of a visit" in patient.get("/portal/looks?own=1").get_data(
        as_text=True
    )


def test_autosave_answers_with_what_stands_and_never_overwrites(
    writing: Writing, desk: Browser
) -> None:
    at = writing.path
    first, second = opened(desk, at), opened(desk, at)
    assert first["window"] != second["window"]
    saved = desk.post(f"{at}/note/autosave", first | texts("One"))
    assert saved.status_code == 200
    assert 'name="version" value="1"' in saved.get_data(as_text=True)
    again = desk.post(f"{at}/note/autosave", first | texts("One and two"))
    assert 'name="version" value="2"' in again.get_data(as_text=True)
    refused = desk.post(f"{at}/note/autosave", second | texts("Theirs"))
    assert refused.status_code == 409
    assert "another window" in refused.get_data(as_text=True)
    compared = desk.post(f"{at}/note", second | texts("Theirs"))
    page = compared.get_data(as_text=True)
    assert compared.status_code == 409
    assert "One and two" in page
    assert "Theirs" in page
    merged = dict(
        re.findall(r'name="(csrf_token|window|version|idempotency_key)" value="([^"]*)"', page)
    )
    assert desk.post(f"{at}/note", merged | texts("Both")).status_code == 303
    assert "Both" in desk.get(at).get_data(as_text=True)
    versions = desk.get(f"{at}/versions").get_data(as_text=True)
    assert "Typed in another window" in versions
    one = re.search(rf'href="({at}/versions/[^"]+)"', versions)
    assert one
    assert "Both" in desk.get(one[1]).get_data(as_text=True)


def test_text_too_long_is_given_back_not_saved(writing: Writing, desk: Browser) -> None:
    at = writing.path
    form = opened(desk, at)
    long = "y" * 100_000
    refused = desk.post(f"{at}/note", form | texts("fine") | {"plan": long})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "40,000 characters" in page
    assert long in page, "what was typed is still in the form"
    assert "<title>Error:" in page
    auto = desk.post(f"{at}/note/autosave", form | {"plan": long})
    assert (auto.status_code, "too long" in auto.get_data(as_text=True)) == (422, True)
    assert writing.row().written_at is None


@pytest.mark.parametrize("address", ["note", "summary"])
def test_hostile_texts_are_shown_as_text(writing: Writing, desk: Browser, address: str) -> None:
    writing.sign(writing.save("fine", 0)) if address == "summary" else None
    typed = "<script>alert('zq')</script>\x00\u202etxet \U0001f92f {{ 7*7 }}"
    names = SECTIONS if address == "note" else PARTS
    at = writing.path if address == "note" else f"{writing.path}/summary"
    saved = desk.post(f"{writing.path}/{address}", opened(desk, at) | texts(typed, names))
    assert saved.status_code == 303
    for page in (at, f"{writing.path}/signature/new", f"{writing.path}/summary/preview"):
        shown = desk.get(page).get_data(as_text=True)
        assert "<script>alert" not in shown
        assert "49" not in re.sub(r"[0-9a-f-]{8,}", "", shown.split("txet")[-1][:40])
    assert "&lt;script&gt;alert" in desk.get(at).get_data(as_text=True)


def test_a_session_that_ends_while_one_writes_loses_nothing(
    app: Flask, cast: Cast, writing: Writing, desk: Browser
) -> None:
    at, form = writing.path, opened(desk, writing.path)
    with clock.freeze(clock.now() + timedelta(hours=1)):
        typed = form | texts("Written before lunch,\nsent after it.")
        fragment = desk.client.post(
            f"{at}/note/autosave", base_url=desk.base, data=typed, headers={"HX-Request": "true"}
        )
        assert fragment.status_code == 401
        assert "HX-Redirect" not in fragment.headers, "the page with the text stays"
        assert "not saved yet" in fragment.get_data(as_text=True)
        page = desk.post(f"{at}/note", typed)
        shown = page.get_data(as_text=True)
        assert page.status_code == 401
        assert shown.count("Written before lunch,\nsent after it.") == 5
        assert 'name="window"' in shown
        again = dict(
            re.findall(r'name="(csrf_token|window|version|idempotency_key)" value="([^"]*)"', shown)
        )
        back = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
        token = back.client.get_cookie("bedside_admin", domain=cast.seagrape.host)
        assert token
        desk.client.set_cookie("bedside_admin", token.value, domain=cast.seagrape.host)
        kept = desk.post(f"{at}/note", again | texts("Written before lunch,\nsent after it."))
        assert kept.status_code == 303
        assert "sent after it." in desk.get(at).get_data(as_text=True)


def test_strangers_without_a_form_of_ours_get_no_text_back(
    app: Flask, cast: Cast, writing: Writing
) -> None:
    stranger = Browser(app.test_client(), f"http://{cast.seagrape.host}")
    answer = stranger.post(f"{writing.path}/note", texts("Planted by another site"))
    assert answer.status_code == 400
    assert "Planted" not in answer.get_data(as_text=True)


def test_emergency_access_opens_the_note_of_that_patient_alone(
    app: Flask, cast: Cast, writing: Writing
) -> None:
    writing.sign(writing.save("Allergic to penicillin", 0))
    rosa = cast.seagrape.staff["rosa"]
    now = clock.now()
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        glass = BreakGlass(
            practice_id=cast.seagrape.id, account_id=rosa.account_id,
            patient_id=writing.patient.id, patient_reference="AA1-11A", reason="emergency",
            words="fainted", opened_at=now, expires_at=now + timedelta(minutes=30),
            ended_at=None, reviewed_by=None, reviewed_at=None, outcome=None,
        )  # fmt: skip
        session.add(glass)
        act(session, "break_glass.opened", target=glass, patient_id=glass.patient_id, reason="x")
    browser = signed_in(app, cast.seagrape, rosa)
    page = browser.get(writing.path)
    assert page.status_code == 200
    assert "Allergic to penicillin" in page.get_data(as_text=True)
    ben = cast.seagrape.patients["ben"]
    other = writing.path.replace(str(writing.patient.id), str(ben.id))
    assert browser.get(other).status_code == 403
    assert browser.get(f"{writing.path}/summary").status_code == 403, "reading, not writing"


def test_a_late_text_becomes_an_addendum(writing: Writing, desk: Browser) -> None:
    at, form = writing.path, opened(desk, writing.path)
    writing.sign(writing.save("As signed", 0))
    late = desk.post(f"{at}/note/autosave", form | texts("As signed") | {"plan": "Also X-ray"})
    assert late.status_code == 409
    by_hand = desk.post(f"{at}/note", form | texts("As signed") | {"plan": "Also X-ray"})
    assert by_hand.status_code == 409
    assert "was signed meanwhile" in by_hand.get_data(as_text=True)
    offered = desk.get(f"{at}/addenda/new?aside=1").get_data(as_text=True)
    assert "Also X-ray" in offered
    empty = desk.post(f"{at}/addenda", {"why": "", "words": "x"}, printed_on=f"{at}/addenda/new")
    assert empty.status_code == 422
    added = desk.post(
        f"{at}/addenda", {"why": "left out", "words": "Also X-ray"}, printed_on=f"{at}/addenda/new"
    )
    assert added.status_code == 303
    page = desk.get(at).get_data(as_text=True)
    assert "Added later" in page
    assert "left out" in page


def test_the_panel_beside_the_call_is_a_fragment_that_saves(
    writing: Writing, desk: Browser
) -> None:
    appointment = writing.row().appointment_id
    panel = desk.get(f"/admin/appointments/{appointment}/note/panel").get_data(as_text=True)
    assert "<html" not in panel
    assert "submit" in re.findall(r'hx-trigger="([^"]*)"', panel)[0]
    fields = dict(VALUE.findall(panel)) | texts("Beside the call")
    assert desk.post(f"{writing.path}/note/autosave", fields).status_code == 200
    whole = desk.get(f"/admin/appointments/{appointment}/note")
    assert whole.headers["Location"] == writing.path


def test_a_corrected_summary_replaces_the_first_and_says_so(
    app: Flask, cast: Cast, writing: Writing, desk: Browser
) -> None:
    writing.sign(writing.save("Note", 0))
    first = writing.approve(writing.summarise("Take two", 0))
    at = f"{writing.path}/summary"
    assert "Take two" in desk.get(at).get_data(as_text=True)
    desk.post(at, opened(desk, at) | texts("Take one", PARTS))
    patient = signed_in(app, cast.seagrape, writing.patient)
    assert "Take one" not in patient.get(f"/portal/summaries/{first}").get_data(as_text=True)
    desk.post(f"{at}/approval", {"version": "1"}, printed_on=f"{at}/preview")
    listed = patient.get("/portal/summaries").get_data(as_text=True)
    [second] = re.findall(r"/portal/summaries/([0-9a-f-]{36})", listed)
    assert second != str(first)
    page = patient.get(f"/portal/summaries/{second}").get_data(as_text=True)
    assert "Take one" in page
    assert "was corrected" in page
    told = [name for name, _ in mails(cast.seagrape.id) if name == "summary_ready"]
    assert len(told) == 2
