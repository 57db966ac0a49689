"""A folder of texts becomes a library; what is wrong is named, left out, and hurts nothing else."""

from pathlib import Path

import pytest

from marketing.library.library import PAGES, read_library
from marketing.library.shelf import OWN, Shelf

ARTICLE = """+++
title = "{title}"
description = "A description that is long enough to be of use to somebody."
published = 2026-01-05
author = "Ann Author"
topic = "Sleep"
{more}
+++

{body}
"""


def article(
    folder: Path, name: str, *, title: str = "Title", more: str = "", body: str = "Hello."
) -> None:
    path = folder / "own" / "articles" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ARTICLE.format(title=title, more=more, body=body))


@pytest.mark.parametrize("slug", ["seagrape", "ironbound", "not-there"])
def test_our_own_texts_have_no_problem(slug: str) -> None:
    found = read_library(OWN, slug)
    assert [str(each) for each in found.problems] == []
    assert set(found.pages) == set(PAGES)


@pytest.mark.parametrize(
    ("more", "body", "field"),
    [
        ("surprise = 1", "", "surprise"),
        ("questions = 3", "", "questions"),
        ('updated = "yesterday"', "", "updated"),
        ("lead = 7", "", "lead"),
        ("broken = [", "", "front matter"),
        ("", "Call {nobody}.", "body"),
        ('lead = "{secret_key}"', "", "lead"),
        ('[[questions]]\nquestion = "?"\nanswer = ""', "", "questions.0.answer"),
    ],
)
def test_bad_article_names_file_and_field_and_the_good_ones_stay(
    tmp_path: Path, more: str, body: str, field: str
) -> None:
    article(tmp_path, "good")
    article(tmp_path, "bad", more=more, body=body)
    found = read_library(tmp_path, "own")
    assert list(found.articles) == ["good"]
    assert [(each.file, each.field) for each in found.problems] == [("own/articles/bad.md", field)]


def test_file_that_is_no_text_or_too_large_or_oddly_named_is_told(tmp_path: Path) -> None:
    article(tmp_path, "good")
    folder = tmp_path / "own" / "articles"
    (folder / "latin.md").write_bytes(b'+++\ntitle = "\xe9"\n+++\n')
    (folder / "huge.md").write_text("+++\n" + "#" * 300_000)
    (folder / "Odd Name!.md").write_text("+++\n+++\n")
    (folder / "open.md").write_text("+++\ntitle = 'x'\n")
    (folder / "none.md").write_text("Just words.")
    found = read_library(tmp_path, "own")
    assert list(found.articles) == ["good"]
    assert {Path(each.file).stem: each.field for each in found.problems} == {
        "latin": "file",
        "huge": "file",
        "Odd Name!": "file name",
        "open": "front matter",
        "none": "front matter",
    }


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(ARTICLE.format(title="Secret", more="", body="Hidden."))
    article(tmp_path / "content", "good")
    (tmp_path / "content" / "own" / "articles" / "secret.md").symlink_to(secret)
    assert list(read_library(tmp_path / "content", "own").articles) == ["good"]


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/a\\u000d\\u000aSet-Cookie: a=b",
    ],
)
def test_redirect_leads_nowhere_but_here(tmp_path: Path, to: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "redirects.toml").write_text(
        f'[[moved]]\nfrom = "/old"\nto = "{to}"\n\n[[moved]]\nfrom = "/fine"\nto = "/faq"\n'
    )
    found = read_library(tmp_path, "own")
    assert found.moved == {"/fine": "/faq"}
    assert found.problems[0].field == "to"


def test_own_page_that_is_wrong_leaves_the_common_one(tmp_path: Path) -> None:
    for folder, text in (("_common", None), ("own", "no front matter")):
        (tmp_path / folder).mkdir()
        source = (OWN / "_common" / "faq.md").read_text() if text is None else text
        (tmp_path / folder / "faq.md").write_text(source)
    found = read_library(tmp_path, "own")
    assert found.pages["faq"].about.title == "Questions and answers"
    assert found.problems[0].file == "own/faq.md"


def test_changed_file_is_seen_and_an_unchanged_folder_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketing.library.shelf.LOOK_EVERY", 0.0)
    article(tmp_path, "one", title="Before")
    shelf = Shelf(tmp_path)
    first = shelf.library("own")
    assert shelf.library("own") is first
    article(tmp_path, "one", title="Afterwards")
    assert shelf.library("own").articles["one"].about.title == "Afterwards"
    assert shelf.library("own").digest != first.digest


@pytest.mark.parametrize("slug", ["../own", "..", "", "own/articles", "OWN"])
def test_practice_with_an_odd_name_gets_the_common_texts(tmp_path: Path, slug: str) -> None:
    article(tmp_path, "one")
    assert not Shelf(tmp_path).library(slug).articles
