"""What a mail may say, and that it says nothing else."""

import re
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest

from shared.messaging import say as saying
from shared.messaging.catalogue import CATALOGUE, NotForMail, UnknownTemplate
from shared.messaging.letterhead import ForeignLink, Letterhead
from shared.messaging.say import Message, say
from shared.messaging.spoken import plain_name, spoken_phone

LETTERHEAD = Letterhead(
    "Seagrape Medical",
    "+15615550132",
    {"accent_hue": 190, "heading": "serif"},
    {"portal": "https://portal.seagrape.example", "admin": "https://admin.seagrape.example"},
)
WORDS = {
    "first_name": "Rosa",
    "starts_at": "2027-01-04T14:30:00+00:00",
    "time_zone": "America/New_York",
    "link": "/portal/appointments/0192f6c1",
    "code": "48219037",
    "minutes": 10,
    "days": 7,
    "face": "portal",
    "until": "2027-01-04T13:30:00+00:00",
}
# Facts of a visit that no mail may carry, each with a word that must never be found in one.
CANARIES = {
    "reason": "canary-migraine",
    "visit_type": "canary-ketamine-consultation",
    "family_name": "Canary-Delacroix",
    "birth_date": "1971-02-03",
    "phone": "+15615550199",
    "diagnosis": "canary-F33.1",
    "amount": "canary-15000",
    "notes": "canary-note",
    "physician": "canary-ellison",
}
CLINICAL = re.compile(
    r"diagnos|symptom|prescri|medication|therap|treatment|psych|depress|anxi|condition|dose|drug",
    re.IGNORECASE,
)


def words_for(name: str, **changes: object) -> dict[str, object]:
    template = CATALOGUE[name]
    allowed = template.needs | template.may_have
    return {key: value for key, value in (WORDS | changes).items() if key in allowed}


def spoken(name: str, **changes: object) -> Message:
    return say(name, words_for(name, **changes), letterhead=LETTERHEAD)


def parts(message: Message) -> str:
    return f"{message.subject}\n{message.text}\n{message.html}"


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_mail_has_three_bodies_that_agree_on_the_link(name: str) -> None:
    message = spoken(name)
    template = CATALOGUE[name]
    address = f"https://{template.face}.seagrape.example/portal/appointments/0192f6c1"
    if "face" in template.may_have:
        address = "https://portal.seagrape.example/portal/appointments/0192f6c1"
    assert message.subject
    assert "\n" not in message.subject
    assert len(message.subject) <= 78
    assert address in message.text
    assert f'href="{address}"' in message.html
    assert "Seagrape Medical" in message.text
    assert "(561) 555-0132" in message.text


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("canary", CANARIES)
def test_a_mail_refuses_every_fact_that_is_not_listed(name: str, canary: str) -> None:
    with pytest.raises(NotForMail, match=canary):
        say(name, words_for(name) | {canary: CANARIES[canary]}, letterhead=LETTERHEAD)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_mail_uses_a_clinical_word(name: str) -> None:
    assert not CLINICAL.search(parts(spoken(name)))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_mail_asks_no_other_host_for_anything(name: str) -> None:
    html = spoken(name).html
    addresses = re.findall(r"https?://[^\"'\s<)]+", html)
    assert {address.split("/")[2] for address in addresses} <= {
        "portal.seagrape.example",
        "admin.seagrape.example",
    }
    assert not re.search(r"<(img|script|link|iframe|form|object)\b|url\(", html)


@pytest.mark.parametrize("name", CATALOGUE)
def test_html_is_well_formed_with_one_heading(name: str) -> None:
    critic = Critic()
    critic.feed(spoken(name).html)
    assert critic.open == []
    assert critic.count["h1"] == 1
    assert critic.count["title"] == 1


def test_a_missing_word_is_named() -> None:
    with pytest.raises(NotForMail, match="first_name"):
        say("payment_refunded", {"link": "/portal/"}, letterhead=LETTERHEAD)


def test_an_unknown_mail_is_named() -> None:
    with pytest.raises(UnknownTemplate):
        say("newsletter", {}, letterhead=LETTERHEAD)


@pytest.mark.parametrize(
    "link", ["https://evil.example/portal/", "//evil.example/", "javascript:alert(1)", "portal"]
)
def test_a_link_elsewhere_is_refused(link: str) -> None:
    with pytest.raises(ForeignLink):
        spoken("payment_refunded", link=link)


def test_a_name_cannot_write_markup_or_links() -> None:
    message = spoken("booking_confirmed", first_name='<b>evil.example</b> https://x.test "\n')
    assert "<b>" not in message.html
    assert "evil.example" not in parts(message)
    assert "x.test" not in parts(message)


def test_the_time_is_the_readers() -> None:
    message = spoken("booking_confirmed", time_zone="America/Los_Angeles")
    assert message.subject == "Booked: Monday 4 January 2027, 6:30 am Pacific"


def test_staff_are_sent_to_the_admin_face() -> None:
    assert "https://admin.seagrape.example/portal" in spoken("staff_invitation").text


def test_an_address_on_the_practices_own_host_may_be_given_whole() -> None:
    whole = "https://admin.seagrape.example/admin/"
    assert whole in spoken("payment_refunded", link=whole).text


def test_a_phone_nobody_can_read_is_left_as_it_is() -> None:
    assert spoken_phone("ask at the desk") == "ask at the desk"
    assert spoken_phone("+493012345678") == "+49 30 12345678"


def test_names_keep_their_own_letters() -> None:
    assert plain_name("  José-María  O'Brien ") == "José-María O'Brien"
    assert plain_name("Anne\r\nBcc: x") == "Anne Bcc x"
    assert len(plain_name("x" * 500)) == 60


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_word_of_ours_can_be_translated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "translation", lambda *_, **__: Pseudo())
    message = say(name, words_for(name), letterhead=LETTERHEAD, language=f"pseudo-{name}")
    body = message.html.partition("<body")[2].partition(">")[2]
    for text in (message.subject, message.text, re.sub(r"<[^>]*>", "\n", body)):
        bare = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        for ours in ("Seagrape Medical", "Monday 4 January 2027", "9:30 am Eastern", "4821 9037"):
            bare = bare.replace(ours, "")
        bare = re.sub(r"https://\S+", "", bare)
        # What is left is the practice's initial, beside its name.
        assert re.findall(r"[A-Za-z]{2,}", bare) == []


class Pseudo(NullTranslations):
    """A language in which every translated text stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Critic(HTMLParser):
    """Counts elements and remembers which were left open."""

    VOID = frozenset({"br", "meta", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
