"""A patient's steps through the pages of a visit."""

from tests.browsing import Browser


def room(appointment_id: object, page: str = "") -> str:
    """An address of the visit's."""
    return f"/portal/appointments/{appointment_id}/visit{page}"


def check_in(browser: Browser, due: object, state: str = "FL") -> str:
    """Both questions, as a browser without scripts answers them; where that led."""
    first = browser.post(room(due, "/where"), {"state": state}, printed_on=room(due, "/where"))
    if "/consent" not in (first.location or ""):
        return first.location or first.get_data(as_text=True)
    page = browser.get(first.location).get_data(as_text=True)
    assert "Consent to a visit" in page
    done = browser.post(
        room(due, "/consent"),
        {"version": "2026-11", "agree": "y"},
        printed_on=room(due, "/consent"),
    )
    return done.location or ""
