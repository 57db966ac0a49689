"""The measured pages: who asks for them, and with what."""

import html
import re
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import httpx
from sqlalchemy import select

from shared.auth.sessions import start_session
from shared.db import Context, open_session
from shared.models.account import Account
from shared.models.role_grant import RoleGrant
from shared.web.cookies import session_cookie_name
from tools.bench.crowd import ACCOUNTS, PATIENTS, born_on, family_of, phone_of
from tools.bench.load import Shot
from tools.bench.stage import VISIT, Stage

VISITORS = 64
DAYS_LOOKED_AT = 8
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key|visit|zone)" value="([^"]*)"')
TIME = re.compile(r'name="starts_at" value="([^"]+)"')
DAY = re.compile(r'href="(/portal/book/[^"]+\bday=[^"]+)"')


def shots(stage: Stage, name: str) -> list[Shot]:
    """The requests of one page; made just before, because sessions end when nobody comes."""
    return PAGES[name](stage)


def _home(stage: Stage) -> list[Shot]:
    return [Shot("/portal/", cookie) for cookie in _regular_sessions(stage)]


def _times(stage: Stage) -> list[Shot]:
    return [Shot(f"/portal/book/{VISIT}", stage.headers)]


def _day(stage: Stage) -> list[Shot]:
    return [Shot("/admin/", _staff_session(stage))]


def _stories(stage: Stage) -> list[Shot]:
    physician = _staff_session(stage)
    return [
        Shot(f"/admin/patients/{PATIENTS.at(number)}/story", physician)
        for number in stage.numbers()
    ]


def _regular_sessions(stage: Stage) -> Iterator[dict[str, str]]:
    home = stage.ground.practice_id
    for number in stage.numbers():
        with open_session(Context(home, "bedside_gate", "bench")) as session:
            started = start_session(
                session,
                account=session.get_one(Account, (home, ACCOUNTS.at(number))),
                face="portal",
                factor="link",
                device="Bench",
                patient_id=PATIENTS.at(number),
            )
        yield _with_cookie(stage, "portal", started.token)


def _staff_session(stage: Stage) -> dict[str, str]:
    home = stage.ground.practice_id
    with open_session(Context(home, "bedside_job", "bench")) as session:
        account_id = session.scalars(
            select(RoleGrant.account_id).where(
                RoleGrant.role == "physician", RoleGrant.ended_at.is_(None)
            )
        ).first()
    with open_session(Context(home, "bedside_gate", "bench")) as session:
        started = start_session(
            session,
            account=session.get_one(Account, (home, account_id)),
            face="admin",
            factor="passkey",
            device="Bench",
        )
    return _with_cookie(stage, "admin", started.token)


def _with_cookie(stage: Stage, face: str, token: str) -> dict[str, str]:
    return {**stage.headers, "Cookie": f"{session_cookie_name(face)}={token}"}


def _holds(stage: Stage) -> Iterator[Shot]:
    """Visitors who each press one open time after another: a new hold lets the last one go."""
    for turn in range(VISITORS):
        with httpx.Client(base_url=stage.base, headers=stage.headers, timeout=60) as client:
            text = client.get(f"/portal/book/{VISIT}").raise_for_status().text
            days = list(dict.fromkeys(DAY.findall(text)))
            times = TIME.findall(text)
            fields = {name: html.unescape(value) for name, value in HIDDEN.findall(text)}
            if days:
                later = html.unescape(days[turn % min(len(days), DAYS_LOOKED_AT)])
                times += TIME.findall(client.get(later).raise_for_status().text)
            fields["idempotency_key"] = "{random}"
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = {
            **stage.headers,
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        for time in secrets.SystemRandom().sample(times, min(4, len(times))):
            fields["starts_at"] = html.unescape(time)
            body = urlencode(fields, safe="{}")
            yield Shot("/portal/holds", headers, "POST", body)


def _searches(stage: Stage) -> Iterator[Shot]:
    """Three letters of a name, a phone number, its end, a date of birth: one after the other."""
    physician = _staff_session(stage)
    with httpx.Client(base_url=stage.base, headers=physician, timeout=60) as client:
        text = client.get("/admin/patients").raise_for_status().text
        more = "".join(f"; {name}={value}" for name, value in client.cookies.items())
    token = dict(HIDDEN.findall(text))["csrf_token"]
    headers = {
        **physician,
        "Cookie": physician["Cookie"] + more,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    for number in stage.numbers():
        phone, born = phone_of(number)[2:], born_on(number)
        for said in (family_of(number)[:3], phone, phone[-4:], f"{born:%m/%d/%Y}"):
            body = urlencode({"csrf_token": html.unescape(token), "text": said})
            yield Shot("/admin/patients/search", headers, "POST", body)


PAGES: dict[str, Callable[[Stage], list[Shot]]] = {
    "portal_home": _home,
    "slot_search": _times,
    "book": lambda stage: list(_holds(stage)),
    "admin_day": _day,
    "event_log_patient": _stories,
    "patient_search": lambda stage: list(_searches(stage)),
}
