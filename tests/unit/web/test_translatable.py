"""Every word a person reads can be translated: templates hold no bare text, forms no bare label."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

ROOT = Path(__file__).parents[3]
TREES = ("marketing", "portal", "admin", "shared/web")
# Seen by developers only.
DEVELOPERS_ONLY = {"components", "mails.html", "mail.html"}
READ_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "data-announce"}
# Numbers to call are the same in every language.
SAME_EVERYWHERE = {"911", "988"}
WORD = re.compile(r"[^\W\d_]{2,}")
HOLE = "0"
# Attributes that a macro writes, and a value of `meta`.
ATTRIBUTES = ("width=", "href=", "light dark")
# Blocks whose content is a class name.
TRANSLATED = re.compile(r"{%-? *trans\b.*?{%-? *endtrans *-?%}", re.DOTALL)
CLASS_BLOCK = re.compile(r"{% block (?:main_class|body_class|face) %}.*?{% endblock %}")

TEMPLATES = sorted(
    path
    for tree in TREES
    for path in (ROOT / tree).rglob("templates/**/*.html")
    if not DEVELOPERS_ONLY & set(path.parts)
)
FORMS = sorted(
    path for tree in TREES for path in (ROOT / tree).rglob("*.py") if path.name.endswith("forms.py")
)


class Words(HTMLParser):
    """Collects text and read attributes that are not made of expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_code = False

    def handle_data(self, data: str) -> None:
        # What one types into a terminal is no language of people.
        if not self._in_code:
            self._take(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code = tag == "code"
        for name, value in attrs:
            if name in READ_ATTRIBUTES or (tag == "meta" and name == "content"):
                self._take(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def _take(self, text: str) -> None:
        if WORD.search(text):
            self.found.append(text.strip())


def bare_words(source: str) -> list[str]:
    """Words of a template outside every expression; statements are left out, data kept."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    parts, inside = [], ""
    for _, kind, value in environment.lex(TRANSLATED.sub("", CLASS_BLOCK.sub("", source))):
        if kind == "data" and not inside:
            parts.append(value)
        elif kind.endswith("_begin"):
            inside = kind
            if kind == "variable_begin":
                parts.append(HOLE)
        elif kind.endswith("_end"):
            inside = ""
    words = Words()
    words.feed("".join(parts))
    return [each for each in words.found if not each.startswith(ATTRIBUTES)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_bare_words(path: Path) -> None:
    assert bare_words(path.read_text()) == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_form_has_no_bare_label_or_message(path: Path) -> None:
    bare = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if path.name == "components_page.py":
            continue
        if node.func.id.endswith("Field") and node.args and isinstance(node.args[0], ast.Constant):
            bare.append(node.args[0].value)
        bare += [
            keyword.value.value
            for keyword in node.keywords
            if keyword.arg == "message" and isinstance(keyword.value, ast.Constant)
        ]
    assert bare == []


def test_bare_words_are_noticed() -> None:
    assert bare_words("<p>Hello {{ name }}</p>") == ["Hello 0"]
    assert bare_words('<a aria-label="Close">{{ _("Hello") }}</a>') == ["Close"]
    assert bare_words('{# a note #}{% if x %}<p class="lead">{{ _("Hi") }}, 9</p>{% endif %}') == []
