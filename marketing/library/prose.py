"""Markdown to HTML that can do no harm: raw HTML is text, links lead only where we allow it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import pairwise
from math import ceil

from markdown_it import MarkdownIt
from markdown_it.token import Token

WORDS_A_MINUTE = 220
# Scheme by scheme; everything else, and what only looks local to a browser, stays text.
ALLOWED = re.compile(r"^(https?://[^/\\]|mailto:[^\s]|tel:\+?[0-9]|/(?![/\\])|/$|#)", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
TOP, LOWEST = 2, 4


@dataclass(frozen=True)
class Heading:
    """A heading of the text, for its table of contents."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Prose:
    """Rendered text. Only `render` makes one, so a template may show it as it is."""

    html: str = ""
    headings: tuple[Heading, ...] = ()
    words: int = 0

    def __html__(self) -> str:
        return self.html

    def __bool__(self) -> bool:
        return bool(self.html)

    @property
    def minutes(self) -> int:
        """How long it takes to read."""
        return max(1, ceil(self.words / WORDS_A_MINUTE))

    @property
    def text(self) -> str:
        """Without its tags, on one line."""
        bare = re.sub(r"<[^>]+>", " ", self.html)
        for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
            bare = bare.replace(entity, sign)
        return re.sub(r"\s+([.,;:?!])", r"\1", " ".join(bare.split()))

    def filled(self, words: dict[str, str]) -> "Prose":
        """With the practice's facts (already HTML) in their places."""
        if "{" not in self.html:
            return self
        return replace(
            self, html=PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), self.html)
        )


def _image(
    _renderer: object, tokens: Sequence[Token], idx: int, _options: object, _env: object
) -> str:
    """Another server's picture would tell it who reads what: only its words are kept."""
    token = tokens[idx]
    words = escape(token.content)
    source = str(token.attrs.get("src", ""))
    if not source.startswith("/static/"):
        return words
    return f'<img src="{escape(source)}" alt="{words}" loading="lazy">'


def _link_open(
    _renderer: object, tokens: Sequence[Token], idx: int, _options: object, _env: object
) -> str:
    """What leads away says nothing of the page it was on."""
    href = str(tokens[idx].attrs.get("href", ""))
    rel = ' rel="noopener noreferrer"' if href.lower().startswith("http") else ""
    return f'<a href="{escape(href)}"{rel}>'


def _table_open(*_: object) -> str:
    """A wide table scrolls by itself, by keyboard too."""
    return '<div class="prose__table" tabindex="0" role="group"><table>'


def _table_close(*_: object) -> str:
    return "</table></div>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    parser.enable(["table", "replacements", "smartquotes"])
    for name, rule in (
        ("image", _image),
        ("link_open", _link_open),
        ("table_open", _table_open),
        ("table_close", _table_close),
    ):
        parser.add_render_rule(name, rule)
    parser.validateLink = lambda url: bool(ALLOWED.match(url.strip()))  # type: ignore[method-assign]  # as its documentation says
    return parser


_PARSER = _parser()


@lru_cache(maxsize=2048)
def render(source: str) -> Prose:
    """The text as HTML; kept, so that what did not change is not rendered again."""
    tokens = _PARSER.parse(source)
    headings = tuple(_name_headings(tokens))
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    words = sum(
        len(part.content.split())
        for token in tokens
        for part in (token.children or ())
        if part.type in {"text", "code_inline"}
    )
    return Prose(html, headings, words)


def _name_headings(tokens: list[Token]) -> list[Heading]:
    """The page has the only h1: headings begin at h2, skip no rank, and can be linked to."""
    found: list[Heading] = []
    taken: set[str] = set()
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            if token.type == "heading_close" and found:
                token.tag = f"h{found[-1].level}"
            continue
        before = found[-1].level if found else TOP - 1
        level = min(max(int(token.tag[1]), TOP), before + 1, LOWEST)
        text = "".join(part.content for part in inline.children or () if part.content)
        anchor = _anchor(text, taken)
        token.tag = f"h{level}"
        token.attrSet("id", anchor)
        found.append(Heading(level, anchor, text))
    if tokens and tokens[-1].type == "heading_close" and found:
        tokens[-1].tag = f"h{found[-1].level}"
    return found


def _anchor(text: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "part"
    anchor, number = f"s-{base}", 2
    while anchor in taken:
        anchor, number = f"s-{base}-{number}", number + 1
    taken.add(anchor)
    return anchor
