"""robots.txt, the map of the site, the feed of articles."""

from flask import Response, make_response

from marketing import blueprint
from marketing.facts.practice import facts, library
from marketing.facts.words import fill, prose
from marketing.frame import shown_places
from marketing.library.library import PAGES
from shared.web.answers import page
from shared.web.policy import requires

FEED_LENGTH = 20
# The feed of a practice without articles was last changed when feeds began.
NEVER = "2026-01-01"


@blueprint.get("/robots.txt")
@requires("public.read")
def robots_show() -> Response:
    lines = ["User-agent: *", "Disallow: /portal/", "Disallow: /admin/", "Disallow: /hooks/"]
    lines += ["", f"Sitemap: {facts().absolute('/sitemap.xml')}", ""]
    return _as(make_response("\n".join(lines)), "text/plain")


@blueprint.get("/sitemap.xml")
@requires("public.read")
def sitemap_show() -> Response:
    """Every page there is, with the day it was last changed where a text says so."""
    answer = page("marketing/machines/sitemap.xml", facts=facts(), paths=site_paths())
    return _as(answer, "application/xml")


@blueprint.get("/articles/feed.xml")
@requires("public.read")
def feed_show() -> Response:
    """Atom (RFC 4287): the newest articles, whole."""
    articles = list(library().articles.values())[:FEED_LENGTH]
    changed = [(each.about.updated or each.about.published).isoformat() for each in articles]
    answer = page(
        "marketing/machines/feed.xml",
        facts=facts(),
        articles=articles,
        updated=max(changed, default=NEVER),
        fill=fill,
        prose=prose,
    )
    return _as(answer, "application/atom+xml")


def site_paths() -> list[tuple[str, str]]:
    """Every address worth finding, and the day of its last change ("" when not known)."""
    texts = library()
    found = [
        ("/" if name == "home" else f"/{name}", texts.pages[name].about.updated)
        for name in PAGES
        if name in texts.pages and (name != "articles" or texts.articles)
    ]
    found += [(f"/visits/{each.slug}", None) for each in facts().visits]
    found += [(f"/locations/{each.slug}", each.about.updated) for each in shown_places()]
    found += [
        (f"/articles/{each.slug}", each.about.updated or each.about.published)
        for each in texts.articles.values()
    ]
    return [(path, day.isoformat() if day else "") for path, day in found]


def _as(response: Response, kind: str) -> Response:
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    return response
