"""Templates work without JavaScript, under a policy that runs no inline code, and escape."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.tree import MAILS, SANDBOX, named, product, templates

FORBIDDEN = {
    "hx-on needs eval; behaviour lives in app.js": r"\bhx-on[:\s=-]",
    "js: values need eval": r"""["'{\s:](js|javascript):""",
    "a trigger filter needs eval": r"""hx-trigger=(["'])[^"']*\[""",
    "every write is a real form": r"\bhx-(delete|put|patch)\b",
    "styles live in stylesheets": r"<style\b|\sstyle=",
    # Data for machines (JSON-LD) is not run; it is escaped by tojson, alone and whole.
    "scripts live in files": r"""<script(?![^>]*\bsrc=)(?! type="application/ld\+json">"""
    r"""\{\{ \w+ \| tojson \}\}</script>)""",
    "no inline event attribute": r"""\son[a-z]+=["']""",
    "text is escaped": r"\|\s*safe\b|autoescape\s+false|\|\s*(forceescape|xmlattr)\b",
    "no third party on a page": r"""\b(src|href)=["']https?://""",
}
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
FORM = re.compile(r"<form\b(.*?)</form>", re.DOTALL)


def text_of(path: Path) -> str:
    """The template without comments, lines kept."""
    return COMMENT.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())


@pytest.mark.parametrize("reason", FORBIDDEN)
def test_templates_hold_no(reason: str) -> None:
    pattern = re.compile(FORBIDDEN[reason])
    found = [
        f"{named(path)}:{number}: {line.strip()}"
        for path in templates()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], reason


def test_mails_run_nothing_and_escape() -> None:
    pattern = re.compile(r"<script|\son[a-z]+=|javascript:|\|\s*safe\b|<img[^>]+https?://")
    mails = [path for path in product(".html") if named(path).startswith(MAILS)]
    assert [named(path) for path in mails if pattern.search(text_of(path))] == []


def posting_forms() -> Iterator[tuple[Path, str]]:
    """Forms that write; marketing has no session to protect, the sandbox none of ours."""
    for path in templates():
        if named(path).startswith((SANDBOX, "marketing/")):
            continue
        for form in FORM.findall(text_of(path)):
            if 'method="get"' not in form.split(">", 1)[0]:
                yield path, form


def test_every_form_carries_its_own_tokens() -> None:
    bare = [
        f"{named(path)}: {' '.join(form.split())[:80]}"
        for path, form in posting_forms()
        if "csrf_token" not in form or "idempotency_key" not in form
    ]
    assert bare == []


def test_pages_extend_a_base_and_fragments_do_not() -> None:
    """`_name.html` is a fragment and has no frame; `name.hx.html` lists what changed."""
    framed = [
        named(path)
        for path in templates()
        if (path.name.startswith("_") or path.name.endswith(".hx.html"))
        and "{% extends" in path.read_text()
    ]
    assert framed == []
