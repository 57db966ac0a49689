"""Known and unknown addresses: the same words, the same headers, about the same time."""

import re
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import clock
from tests.people import SEEDED_AT, Cast
from tests.visiting import Visitor

UNKNOWN = "nobody.at.all@canary.example"
TOKENS = re.compile(r'((?:csrf_token|idempotency_key)" value=")[^"]*|[0-9a-f]{8}-[0-9a-f-]{27}')
# Set anew for every answer.
OWN_HEADERS = frozenset({"date", "x-request-id", "set-cookie", "content-length"})
TRIES = 30
# Generous: a busy machine shakes single tries, not medians.
BOUNDS = (0.6, 1.67)


def plain(answer: TestResponse, email: str) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what differs between any two."""

    def dressed(words: str) -> str:
        return TOKENS.sub(lambda found: (found[1] or "") + "X", words.replace(email, "EMAIL"))

    headers = sorted(
        (name.lower(), dressed(value))
        for name, value in answer.headers
        if name.lower() not in OWN_HEADERS
    )
    return answer.status_code, headers, dressed(answer.text)


def ask_for_a_mail(app: Flask, email: str) -> list[TestResponse]:
    """The whole way of a patient: page, form, waiting page, wrong digits."""
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    asked = visitor.submit("/portal/sign-in", email=email)
    waiting = visitor.get(asked.headers["Location"])
    status = visitor.get(asked.headers["Location"] + "/status")
    visitor.get(asked.headers["Location"])
    return [asked, waiting, status, visitor.submit("/code", code="12345678")]


def type_a_recovery_code(app: Flask, email: str) -> list[TestResponse]:
    """The way of staff without a passkey."""
    visitor = Visitor(app)
    visitor.get("/admin/sign-in")
    return [visitor.submit("/admin/sign-in/recovery", email=email, code="7K2M-QX9D-0FTA-W4HZ")]


def details(app: Flask, email: str) -> list[TestResponse]:
    """Asking once more for the same mail."""
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    asked = visitor.submit("/portal/sign-in", email=email)
    visitor.get(asked.headers["Location"])
    return [visitor.submit("/resend")]


@pytest.mark.parametrize("way", [ask_for_a_mail, type_a_recovery_code, details])
def test_answers_are_the_same(
    app: Flask, cast: Cast, way: Callable[[Flask, str], list[TestResponse]]
) -> None:
    known = cast.seagrape.patients["ana"].email
    if way is type_a_recovery_code:
        known = cast.seagrape.staff["maya"].email
    with clock.freeze(SEEDED_AT):
        seen = [[plain(one, email) for one in way(app, email)] for email in (known, UNKNOWN)]
    assert seen[0] == seen[1]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["portal", "admin"])
def test_answers_take_the_same_time(app: Flask, cast: Cast, way: str) -> None:
    known = cast.seagrape.patients["ana"].email
    if way == "admin":
        known = cast.seagrape.staff["maya"].email
    page = f"/{way}/sign-in"
    form = page if way == "portal" else f"{page}/recovery"
    taken: dict[str, list[float]] = {known: [], UNKNOWN: []}
    for number in range(TRIES + 3):
        # A new window for each, so that no limit is met.
        with clock.freeze(SEEDED_AT + number * timedelta(minutes=16)):
            order = [known, UNKNOWN] if number % 2 else [UNKNOWN, known]
            for email in order:
                visitor = Visitor(app)
                visitor.get(page)
                target, fields = visitor.form(form)
                fields |= {"email": email} | ({} if way == "portal" else {"code": "x" * 19})
                began = time.perf_counter()
                visitor.post(target, fields)
                taken[email].append(time.perf_counter() - began)
    medians = [statistics.median(values[3:]) for values in taken.values()]
    assert BOUNDS[0] < medians[0] / medians[1] < BOUNDS[1], medians
