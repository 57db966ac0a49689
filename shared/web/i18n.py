"""Which language a page speaks, and gettext for templates and Python."""

from pathlib import Path

import flask_babel
from flask import Flask, has_request_context, request
from flask_babel import Babel

TRANSLATIONS = Path(__file__).parent / "translations"
DEFAULT = "en"


def gettext(text: str, **variables: object) -> str:
    """The text in the reader's language, outside a request in English."""
    return str(flask_babel.gettext(text, **variables))


def ngettext(singular: str, plural: str, count: int, **variables: object) -> str:
    """The form that fits the count; `%(num)d` is the count."""
    return str(flask_babel.ngettext(singular, plural, count, **variables))


def available_languages(folder: Path = TRANSLATIONS) -> list[str]:
    """English plus every language with a compiled catalogue."""
    found = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/*.mo")}
    return [DEFAULT, *sorted(found - {DEFAULT})]


def current_language() -> str:
    """The reader's best match among the languages we have."""
    if not has_request_context():
        return DEFAULT
    return request.accept_languages.best_match(available_languages(), DEFAULT) or DEFAULT


def init_i18n(app: Flask) -> None:
    """Attach Flask-Babel; `_`, `gettext` and `ngettext` work in every template."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    Babel(app, locale_selector=current_language)
    app.jinja_env.globals["current_language"] = current_language
