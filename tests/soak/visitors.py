"""People without JavaScript who do not give up: a page that breaks is asked for again.

A form is sent again exactly as it was, as a browser's reload would: what was done must not be done
twice. What the server acknowledged is written down, to be reckoned with at the end.
"""

import html
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urljoin

import httpx

from tests.e2e.stack import code_in
from tests.sandbox_process import SandboxHandle

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
INPUT = re.compile(r"<(?:input|button)\b([^>]*)>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
TIME = re.compile(r'name="starts_at" value="([^"]+)"')
DAY = re.compile(r'href="(/portal/book/[^"]+\bday=[^"]+)"')
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHECKOUT = re.compile(r'href="[^"]*/(cs_[A-Za-z0-9_]+)[^"]*"')
PATIENCE = 180.0  # seconds until a visitor goes home


class WentHome(Exception):
    """A visitor lost patience; what was acknowledged before still stands."""


@dataclass
class Acknowledged:
    """What the practice said yes to, by all visitors."""

    holds: set[str] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)
    booked: set[str] = field(default_factory=set)
    cancelling: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    went_home: list[str] = field(default_factory=list)
    broken: int = 0
    lock: Lock = field(default_factory=Lock)


@dataclass
class Visitor:
    """One browser; `home` is the loopback address it comes from, as every house has its own."""

    port: int
    sandbox: SandboxHandle
    email: str
    said_yes: Acknowledged
    dice: random.Random
    home: str = "127.0.0.1"
    page: str = ""
    at: str = "/"
    give_up: float = 0.0

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Host": f"localhost:{self.port}"},
            transport=httpx.HTTPTransport(local_address=self.home),
            timeout=20,
            trust_env=False,
        )

    def visit(self, slug: str) -> None:
        """The whole first visit: choose, hold, say who, sign in, pay, see it booked."""
        self.give_up = time.monotonic() + PATIENCE
        self.hold(slug)
        self.sign_in()
        self.pay()
        self.wait_until_booked()
        if self.dice.random() < 0.25:
            self.cancel()

    def hold(self, slug: str) -> None:
        """Press times until one is ours."""
        while True:
            self.get(f"/portal/book/{slug}")
            days = [html.unescape(day) for day in DAY.findall(self.page)]
            if days and self.dice.random() < 0.8:
                self.get(self.dice.choice(days))
            times = TIME.findall(self.page)
            if times:
                chosen = html.unescape(self.dice.choice(times))
                if self.submit("/portal/holds", starts_at=chosen) < 400:
                    break
            self.wait_a_moment()
        with self.said_yes.lock:
            self.said_yes.holds.add(self.id_here())

    def sign_in(self) -> None:
        """Say who one is, and type the digits of the mail."""
        self.submit(
            "/details",
            given_name="Nora",
            family_name="Lindqvist",
            birth_date="3/14/1987",
            email=self.email,
            phone="(561) 555-0199",
            state="FL",
        )
        used: set[str] = set()
        while "/payment" not in self.at:
            self.check_patience()
            mails = [mail for mail in self.sandbox.mails(self.email) if mail["id"] not in used]
            codes = [mail for mail in mails if "sign in" in str(mail["subject"]).casefold()]
            if codes and self.has_form("/code"):
                used.add(codes[0]["id"])
                self.submit("/code", code=code_in(codes[0]))
            self.wait_a_moment()

    def pay(self) -> None:
        """Open the payment page, type a card, come back."""
        self.appointment = self.id_here()
        self.submit("/payment")
        while not (found := CHECKOUT.search(self.page)):
            self.wait_a_moment()
            self.get(self.at)
        answer = self.insist(lambda: self.sandbox.pay(found[1]))
        if answer.status_code in (302, 303):
            with self.said_yes.lock:
                self.said_yes.paid.add(found[1])

    def wait_until_booked(self) -> None:
        """Look at the appointment until it says booked."""
        address = f"/portal/appointments/{self.appointment}"
        self.get(address)
        while 'data-status="booked"' not in self.page:
            self.wait_a_moment()
            self.get(address)
        with self.said_yes.lock:
            self.said_yes.booked.add(self.appointment)

    def cancel(self) -> None:
        """Change one's mind."""
        self.get(f"/portal/appointments/{self.appointment}/cancellation/new")
        with self.said_yes.lock:
            self.said_yes.cancelling.add(self.appointment)
        if self.submit("/cancellation") < 400:
            with self.said_yes.lock:
                self.said_yes.cancelled.add(self.appointment)

    def get(self, address: str) -> int:
        """Open an address."""
        return self._arrive(self.insist(lambda: self.client.get(address)))

    def submit(self, action: str, **fields: str) -> int:
        """Fill in the form of this page whose action contains `action`, and send it."""
        target, values = self.form(action)
        body = values | fields
        return self._arrive(self.insist(lambda: self.client.post(target, data=body)))

    def form(self, action: str) -> tuple[str, dict[str, str]]:
        """The action and hidden values of a form."""
        for head, body in FORM.findall(self.page):
            target = html.unescape(dict(ATTRIBUTE.findall(head)).get("action", ""))
            if action in target:
                inputs = (dict(ATTRIBUTE.findall(found)) for found in INPUT.findall(body))
                return target, {
                    one["name"]: html.unescape(one.get("value", ""))
                    for one in inputs
                    if "name" in one
                }
        raise WentHome(f"no form for {action} at {self.at}")

    def has_form(self, action: str) -> bool:
        """True while this page has such a form; else it is looked at again."""
        try:
            self.form(action)
        except WentHome:
            self.get(self.at)
            return False
        return True

    def insist(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Until somebody answers who is well."""
        while True:
            self.check_patience()
            try:
                answer = ask()
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            with self.said_yes.lock:
                self.said_yes.broken += 1
            time.sleep(0.3)

    def check_patience(self) -> None:
        """Goes home after a while."""
        if time.monotonic() > self.give_up:
            raise WentHome(f"waited too long at {self.at}")

    def wait_a_moment(self) -> None:
        """As people do."""
        self.check_patience()
        time.sleep(self.dice.uniform(0.1, 0.5))

    def id_here(self) -> str:
        """The record this page's address names."""
        found = ID.search(self.at)
        if found is None:
            raise WentHome(f"no record at {self.at}")
        return found[0]

    def _arrive(self, answer: httpx.Response) -> int:
        first = answer.status_code
        for _ in range(8):
            if answer.status_code not in (302, 303):
                break
            address = urljoin(str(answer.url), answer.headers["Location"])
            path = address.partition(f":{self.port}")[2] or address
            answer = self.insist(lambda path=path: self.client.get(path))  # type: ignore[misc]
        self.page, self.at = answer.text, answer.url.raw_path.decode()
        return first
