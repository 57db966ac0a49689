"""The practice's facts in the places that its texts leave for them: {phone}, {states} ..."""

from html import escape

from marketing.facts.practice import Facts, facts
from marketing.library.prose import PLACEHOLDER, Prose, render
from shared.web.formats import phone
from shared.web.i18n import gettext as _
from shared.web.states import state_name, state_names


def plain_words(known: Facts) -> dict[str, str]:
    """Every fact as text."""
    where = known.practice
    address = where.address
    place = f"{address['city']}, {state_name(address['state'])} {address['postal_code']}"
    return {
        "practice": where.name,
        "legal_name": where.legal_name,
        "phone": phone(where.phone),
        "email": where.email,
        "address": f"{address['line']}, {place}",
        "city": address["city"],
        "states": state_names(known.states) or _("a state where we are licensed"),
        "host": known.site_url.rpartition("/")[2],
    }


def linked_words(known: Facts) -> dict[str, str]:
    """The same as HTML: what can be called or written to is a link."""
    words = {name: escape(value) for name, value in plain_words(known).items()}
    where = known.practice
    words["phone"] = f'<a class="nowrap" href="tel:{escape(where.phone)}">{words["phone"]}</a>'
    words["email"] = f'<a href="mailto:{escape(where.email)}">{words["email"]}</a>'
    return words


def fill(text: str | None) -> str:
    """A line of front matter with its facts; still text, for the template to escape."""
    if not text or "{" not in text:
        return text or ""
    words = plain_words(facts())
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def prose(text: Prose | str) -> Prose:
    """A body, or a field that is Markdown, with its facts."""
    body = render(text) if isinstance(text, str) else text
    return body.filled(linked_words(facts()))


def phrase(text: str) -> Prose:
    """A line of front matter in which what can be called is a link."""
    return Prose(escape(text)).filled(linked_words(facts()))
