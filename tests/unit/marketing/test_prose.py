"""Markdown becomes HTML that can do no harm, with headings one can link to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.library.prose import render

HARMLESS = re.compile(
    r"</?(p|h[2-4]|ul|ol|li|strong|em|a|blockquote|code|pre|hr|br|img|table|thead|tbody|tr|th|td|div)"
    r"\b[^<>]*>"
)
REFUSED = (
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/a)",
    "[x](http:/\\evil.example)",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
)


@pytest.mark.parametrize("source", REFUSED)
def test_link_is_no_link_when_it_leads_where_none_may(source: str) -> None:
    assert "href" not in render(source).html


@pytest.mark.parametrize(
    "href", ["https://www.cdc.gov/flu", "/pricing", "/", "#s-top", "mailto:a@b.example", "tel:911"]
)
def test_link_is_kept_when_it_may_be_followed(href: str) -> None:
    assert f'href="{href}"' in render(f"[words]({href})").html


def test_link_away_does_not_tell_where_from() -> None:
    assert 'rel="noopener noreferrer"' in render("[CDC](https://www.cdc.gov)").html
    assert "rel=" not in render("[prices](/pricing)").html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        'a <img src=x onerror="alert(1)"> b',
        '<a href="javascript:alert(1)">x</a>',
        "<iframe src=//evil.example></iframe>",
        "<style>*{display:none}</style>",
        "<!-- comment --><svg/onload=alert(1)>",
    ],
)
def test_html_is_text(source: str) -> None:
    html = render(source).html
    assert not re.search(r"<(script|img|a|iframe|style|svg|!--)", html)
    assert "&lt;" in html


def test_image_from_elsewhere_leaves_only_its_words() -> None:
    assert render("![A leaf](https://evil.example/pixel.gif)").html == "<p>A leaf</p>\n"
    assert render("![A leaf](//evil.example/pixel.gif)").html.count("<img") == 0
    kept = render("![A leaf](/static/brand/leaf.svg)").html
    assert '<img src="/static/brand/leaf.svg" alt="A leaf"' in kept


def test_backslash_does_not_make_a_host() -> None:
    assert 'href="/%5Cevil.example"' in render("[x](/\\evil.example)").html


def test_headings_begin_at_two_skip_none_and_are_named_once() -> None:
    found = render("# One\n\n#### Deep\n\n## One\n\n###### Six\n").headings
    assert [each.level for each in found] == [2, 3, 2, 3]
    assert [each.anchor for each in found] == ["s-one", "s-deep", "s-one-2", "s-six"]


def test_reading_takes_a_minute_for_each_two_hundred_and_twenty_words() -> None:
    assert render("word " * 220).minutes == 1
    assert render("word " * 221).minutes == 2
    assert render("").minutes == 1


def test_facts_are_filled_in_as_html_and_unknown_ones_stay() -> None:
    filled = render("Call {phone} or {nobody}.").filled({"phone": "<b>1</b>"})
    assert filled.html == "<p>Call <b>1</b> or {nobody}.</p>\n"


@given(st.text(max_size=400))
def test_any_text_gives_known_tags_only(source: str) -> None:
    rest = HARMLESS.sub("", render(source).html)
    assert "<" not in rest
