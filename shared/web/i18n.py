"""Which language a page speaks, and gettext for templates and Python."""

from pathlib import Path

from flask import Flask, has_request_context, request
from flask_babel import Babel, gettext, lazy_gettext

TRANSLATIONS = Path(__file__).parent / "translations"
DEFAULT = "en"

__all__ = ["available_languages", "current_language", "gettext", "init_i18n", "lazy_gettext"]


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
