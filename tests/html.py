"""A strict reader of our pages: what a validator, a listener or a privacy officer would say."""

import re
from collections import Counter
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

X = "{http://www.w3.org/1999/xhtml}"
# Attributes that name elements of the same page.
REFERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant")
# What a browser fetches by itself.
FETCHES = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "link": "href",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
    "embed": "src",
}
NOT_FETCHED = {"canonical", "alternate"}
FIELDS = {"input", "select", "textarea"}
HANDLER = re.compile(r"^on[a-z]+$")


def read(text: str) -> tuple[Element, list[str]]:
    """The tree of a page, and what a validating parser says of its syntax."""
    parser = html5lib.HTMLParser(strict=False)
    tree: Element = parser.parse(text)
    return tree, [f"line {at[0]}: {code} {values}" for at, code, values in parser.errors]


def complaints(text: str, *, host: str) -> list[str]:
    """Everything wrong with one whole page served on `host`."""
    tree, found = read(text)
    elements = list(tree.iter())
    ids = Counter(one.get("id") for one in elements if one.get("id") is not None)
    found += [f"id {name!r} {times} times" for name, times in ids.items() if times > 1]
    for one in elements:
        found += _of_element(one, host, ids)
    headings = [one for one in elements if one.tag == f"{X}h1"]
    if len(headings) != 1:
        found.append(f"{len(headings)} h1")
    if not tree.get("lang"):
        found.append("no language")
    title = tree.find(f".//{X}title")
    if title is None or not (title.text or "").strip():
        found.append("no title")
    return found + _unnamed(tree)


def links(text: str) -> list[str]:
    """Where the page's links lead, as printed."""
    tree, _errors = read(text)
    return [href for one in tree.iter(f"{X}a") if (href := one.get("href")) is not None]


def _of_element(one: Element, host: str, ids: Counter[str | None]) -> list[str]:
    found, name = [], str(one.tag).removeprefix(X)
    if one.get("style") is not None:
        found.append(f"inline style on {name}")
    found += [f"{key} on {name}" for key in one.attrib if HANDLER.match(key)]
    for key in REFERS:
        missing = [to for to in (one.get(key) or "").split() if to not in ids]
        found += [f"{name} {key} refers to {to!r}, which is not there" for to in missing]
    address = one.get(FETCHES.get(name, ""), "") if name in FETCHES else ""
    if (one.get("rel") or "") not in NOT_FETCHED and urlsplit(address).netloc not in {"", host}:
        found.append(f"{name} fetches {address}")
    if name == "script" and not one.get("src") and one.get("type") != "application/ld+json":
        found.append("inline script")
    if name == "img" and one.get("alt") is None:
        found.append(f"img {address} without alt")
    href = one.get("href")
    if name == "a" and href is not None:
        if not href.strip():
            found.append("empty link address")
        if href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            found.append(f"link to {href}, which is not there")
    return found


def _unnamed(tree: Element) -> list[str]:
    """Controls that say nothing to somebody who listens."""
    labelled = {one.get("for") for one in tree.iter(f"{X}label")}
    wrapped = {child for label in tree.iter(f"{X}label") for child in label.iter()}
    found = []
    for one in tree.iter():
        name = str(one.tag).removeprefix(X)
        said = one.get("aria-label") or one.get("aria-labelledby")
        if name in {"a", "button", "summary"} and not said and not _words(one):
            found.append(f"{name} without words: {one.attrib}")
        field = name in FIELDS and one.get("type") not in {"hidden", "submit"}
        if field and not said and one.get("id") not in labelled and one not in wrapped:
            found.append(f"{name} {one.get('name')!r} without a label")
    return found


def _words(one: Element) -> str:
    words = "".join(one.itertext()) + "".join(each.get("alt", "") for each in one.iter(f"{X}img"))
    labels = "".join(each.get("aria-label", "") for each in one.iter())
    return (words + labels).strip()
