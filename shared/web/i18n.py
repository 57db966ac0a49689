"""Which language a page speaks, and gettext for templates and Python."""

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import cast

from babel.support import Translations
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel

TRANSLATIONS = Path(__file__).parent / "translations"
DEFAULT = "en"
CHOSEN = "language"


def gettext(text: str, **variables: object) -> str:
    """The text in the reader's language, outside a request in English."""
    found = _current_catalogue().gettext(text)
    return found % variables if variables else found


def ngettext(singular: str, plural: str, count: int, **variables: object) -> str:
    """The form that fits the count; `%(num)d` is the count."""
    return _current_catalogue().ngettext(singular, plural, count) % {"num": count, **variables}


class Later:
    """A text of a module's own, found in the reader's language when it is shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return gettext(self._text)


def lazy_gettext(text: str) -> Later:
    """For texts that stand in a table: Flask-Babel's finds its context anew for each of them."""
    return Later(text)


@cache
def catalogue(language: str) -> NullTranslations:
    """A language's texts, read once in a process."""
    return cast("NullTranslations", Translations.load(str(TRANSLATIONS), [language]))


def _current_catalogue() -> NullTranslations:
    """The reader's, found once a request: a page asks for a hundred texts."""
    if not has_app_context():
        return catalogue(DEFAULT)
    found: NullTranslations | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = catalogue(current_language())
    return found


@cache
def available_languages(folder: Path = TRANSLATIONS) -> list[str]:
    """English plus every language with a compiled catalogue."""
    found = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/*.mo")}
    return [DEFAULT, *sorted(found - {DEFAULT})]


def current_language() -> str:
    """The reader's best match among the languages we have."""
    if not has_request_context():
        return DEFAULT
    chosen = _chosen_language()
    if chosen in available_languages():
        return str(chosen)
    return request.accept_languages.best_match(available_languages(), DEFAULT) or DEFAULT


def _chosen_language() -> str | None:
    """What somebody chose in the portal. The public site has no cookie to ask."""
    if len(available_languages()) == 1 or not request.path.startswith("/portal/"):
        return None
    return cast("str | None", session.get(CHOSEN))


def remember_language(language: str | None) -> None:
    """Speak the language somebody chose to this browser from now on; None: what it asks for."""
    if language is None:
        session.pop(CHOSEN, None)
    elif language in available_languages():
        session[CHOSEN] = language


def init_i18n(app: Flask) -> None:
    """Attach Flask-Babel; `_`, `gettext` and `ngettext` work in every template."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    Babel(app, locale_selector=current_language)
    app.jinja_env.globals["current_language"] = current_language
    # Flask-Babel reads the catalogue anew for every request.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the i18n extension
        lambda text: _current_catalogue().gettext(text),
        lambda one, many, count: _current_catalogue().ngettext(one, many, count),
        newstyle=True,
    )
