"""Every page of both sites: whole, cacheable, cookie-less, linked, and described for machines."""

import gzip
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask import Flask

from tests.integration.marketing.reading import HOSTS, LINK, Reader, data_of
from tests.people import Cast

TYPES = {
    "/": {"MedicalBusiness", "Physician"},
    "/about": {"MedicalBusiness", "Physician"},
    "/faq": {"FAQPage"},
    "/visits": {"MedicalBusiness"},
    "/pricing": {"MedicalBusiness", "FAQPage"},
    "/locations/boca-raton": {"MedicalBusiness", "FAQPage", "BreadcrumbList"},
    "/articles/heat-and-your-medicines": {"Article", "BreadcrumbList"},
}


@pytest.mark.parametrize("host", HOSTS.values())
def test_every_page_is_whole_and_may_be_kept_by_anybody(app: Flask, cast: Cast, host: str) -> None:
    reader = Reader(app, host)
    seen: dict[str, str] = {}
    for path in [*reader.map(), "/robots.txt", "/sitemap.xml", "/articles/feed.xml"]:
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
        assert answer.headers["Cache-Control"].startswith("public, max-age="), path
        assert "Cookie" not in answer.headers["Vary"], path
        assert {"Accept-Encoding", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        assert "{" not in answer.text.split("<body", 1)[-1], path
        if answer.mimetype == "text/html":
            html5lib.HTMLParser(strict=False).parse(answer.text)
            description = answer.text.partition('name="description" content="')[2].partition('"')
            title = answer.text.partition("<title>")[2].partition("</title>")[0]
            assert 30 <= len(description[0]) <= 190, (path, description[0])
            assert title not in seen.values(), path
            seen[path] = title
            assert answer.text.count("<h1") == 1, path
            assert f'rel="canonical" href="http://{host}{path}"' in answer.text
    assert len(seen) >= 20


@pytest.mark.parametrize("host", HOSTS.values())
def test_links_lead_somewhere_and_everything_is_reached_from_home(
    app: Flask, cast: Cast, host: str
) -> None:
    reader, seen, waiting = Reader(app, host), set[str](), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = reader.get(path)
        if path.startswith("/portal"):
            assert answer.status_code in {200, 303}, path
            continue
        assert answer.status_code == 200, path
        if answer.mimetype != "text/html":
            continue
        for href in LINK.findall(answer.text):
            target = urlsplit(href)
            assert target.scheme in {"", "tel", "mailto", "https"}, href
            if target.path.startswith("/") and not target.netloc:
                query = f"?{target.query}" if target.query else ""
                waiting.append(f"{target.path}{query}".replace("&amp;", "&"))
            elif target.fragment and not target.path and not target.scheme:
                assert f'id="{target.fragment}"' in answer.text, (path, href)
    pages = {path.partition("?")[0] for path in seen}
    assert set(reader.map()) <= pages


def test_page_is_not_sent_again_to_who_has_it(app: Flask, cast: Cast) -> None:
    reader = Reader(app)
    first = reader.get("/pricing")
    again = reader.get("/pricing", if_none_match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in again.headers
    other = reader.get("/about", if_none_match=first.headers["ETag"])
    assert other.status_code == 200


def test_page_is_packed_for_who_asks(app: Flask, cast: Cast) -> None:
    reader = Reader(app)
    packed = reader.get("/pricing", accept_encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == reader.get("/pricing").data
    assert len(packed.data) < 10_000
    assert "Content-Encoding" not in reader.get("/pricing", accept_encoding="gzip;q=0").headers


@pytest.mark.parametrize("path", TYPES)
def test_structured_data_says_what_the_page_is(app: Flask, cast: Cast, path: str) -> None:
    data = data_of(Reader(app).get(path))
    assert {each["@type"] for each in data} == TYPES[path]
    assert all(each["@context"] == "https://schema.org" for each in data)
    for each in data:
        if each["@type"] == "BreadcrumbList":
            items = each["itemListElement"]
            assert [one["position"] for one in items] == list(range(1, len(items) + 1))
            assert items[0]["item"] == "http://localhost/"
        if each["@type"] == "FAQPage":
            assert all("<" not in q["acceptedAnswer"]["text"] for q in each["mainEntity"])


def test_feed_and_map_are_what_they_claim(app: Flask, cast: Cast) -> None:
    reader = Reader(app)
    feed = reader.get("/articles/feed.xml")
    assert feed.mimetype == "application/atom+xml"
    atom = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring(feed.text)
    entries = root.findall("a:entry", atom)
    assert len(entries) == 4
    for entry in entries:
        assert entry.findtext("a:content", "", atom).startswith("<p>")
        assert entry.findtext("a:id", "", atom).startswith("http://localhost/articles/")
    assert ET.fromstring(reader.get("/sitemap.xml").text).tag.endswith("urlset")
    robots = reader.get("/robots.txt").text
    assert "Disallow: /portal/" in robots
    assert "Sitemap: http://localhost/sitemap.xml" in robots


def test_picture_is_drawn_for_our_own_words_only(app: Flask, cast: Cast) -> None:
    reader = Reader(app)
    address = reader.get("/").text.partition('og:image" content="')[2].partition('"')[0]
    answer = reader.get(urlsplit(address).path)
    assert answer.mimetype == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"\x89PNG")
    packed, _, signature = urlsplit(address).path.rpartition("/")[2].partition(".")
    for forged in (f"A{packed}.{signature}", f"{packed}.{'0' * 20}.png", "x.png", "....png"):
        assert reader.get(f"/og/{forged}").status_code == 404
    assert Reader(app, "ironbound.localhost").get(urlsplit(address).path).status_code == 404


def test_place_is_shown_only_where_somebody_is_licensed(app: Flask, cast: Cast) -> None:
    assert Reader(app).get("/locations/newark").status_code == 404
    assert Reader(app, "ironbound.localhost").get("/locations/newark").status_code == 200


@pytest.mark.parametrize(("slug", "initials"), [("seagrape", "ME"), ("ironbound", "TR")])
def test_the_picture_beside_large_words_is_of_who_said_them(
    app: Flask, cast: Cast, slug: str, initials: str
) -> None:
    page = Reader(app, HOSTS[slug]).get("/").text
    assert f'portrait__initials">{initials}</span>' in page.partition("meet__quote")[0]
