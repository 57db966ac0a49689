"""Saying: a template and its context become a message. Pure; nothing is stored or sent here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from gettext import translation
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.messaging.catalogue import Template, check_context, find_template
from shared.messaging.letterhead import Letterhead
from shared.messaging.palette import mail_palette
from shared.messaging.spoken import plain_name, spoken_code, spoken_day, spoken_phone, spoken_time
from shared.practices.look import Logo

TEMPLATES = Path(__file__).parent / "templates"
TRANSLATIONS = Path(__file__).parents[1] / "web" / "translations"
ENGLISH = "en"
LOGO_HEIGHT = 40

_BLANK_LINES = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Message:
    """A mail without its envelope. `calendar` is an iCalendar object or None."""

    template: str
    subject: str
    text: str
    html: str
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class MailLogo:
    """A picture a mail program may fetch; `names` when it already shows the practice's name."""

    url: str
    width: int
    height: int
    names: bool


def say(
    name: str,
    context: Mapping[str, Any],
    *,
    letterhead: Letterhead,
    calendar: str | None = None,
    language: str = ENGLISH,
) -> Message:
    """Put one mail into words. Raises UnknownTemplate, NotForMail, ForeignLink."""
    template = find_template(name)
    check_context(template, frozenset(context))
    words = _words(template, context, letterhead)
    environment = _environment(language)

    def rendered(kind: str) -> str:
        return environment.get_template(f"{name}.{kind}").render(words)

    return Message(
        template=name,
        subject=" ".join(rendered("subject").split()),
        text=_BLANK_LINES.sub("\n\n", rendered("txt")).strip() + "\n",
        html=rendered("html").strip(),
        calendar=calendar,
    )


def _words(
    template: Template, context: Mapping[str, Any], letterhead: Letterhead
) -> dict[str, Any]:
    """The context as the templates read it: spoken, and on the practice's own letterhead."""
    look = mail_palette(letterhead.brand)
    words: dict[str, Any] = {
        "practice": plain_name(letterhead.name) or "Your practice",
        "phone": spoken_phone(letterhead.phone),
        "look": look,
        "colour": look.light,
        "night": look.dark,
        "logo": _logo(look.logo, letterhead),
        "first_name": plain_name(str(context.get("first_name") or "")),
        "link": letterhead.link(str(context["link"]), str(context.get("face") or template.face)),
    }
    if "starts_at" in context:
        starts_at, zone = datetime.fromisoformat(context["starts_at"]), str(context["time_zone"])
        words |= {"day": spoken_day(starts_at, zone), "time": spoken_time(starts_at, zone)}
    if "until" in context:
        until, zone = datetime.fromisoformat(context["until"]), str(context["time_zone"])
        words |= {"until_day": spoken_day(until, zone), "until_time": spoken_time(until, zone)}
    if "code" in context:
        words["code"] = spoken_code(str(context["code"]))
    for amount in ("minutes", "days"):
        if amount in context:
            words[amount] = int(context[amount])
    return words


def _logo(logo: Logo | None, letterhead: Letterhead) -> MailLogo | None:
    """The logo as a mail shows it; its address tells nothing of who reads."""
    if logo is None or "portal" not in letterhead.origins:
        return None
    height = min(logo.height, LOGO_HEIGHT)
    return MailLogo(
        letterhead.link(f"/brand/logo-{logo.digest}.png", "portal"),
        max(1, round(logo.width * height / logo.height)),
        height,
        logo.names,
    )


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    catalogue = translation("messages", TRANSLATIONS, [language], fallback=True)
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    return environment
