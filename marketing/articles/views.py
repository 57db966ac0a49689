"""The list, and one article."""

from flask import Response, abort

from marketing import blueprint
from marketing.facts.practice import facts, library
from marketing.facts.words import fill
from marketing.frame import Crumb, make_frame, show, text_page
from marketing.machines.structured import article
from shared.web.i18n import gettext as _
from shared.web.policy import requires

MORE_SHOWN = 2


@blueprint.get("/articles")
@requires("public.read")
def articles_index() -> Response:
    frame = make_frame(text_page("articles"), "/articles")
    articles = list(library().articles.values())
    return show("marketing/articles/index.html", frame, articles=articles)


@blueprint.get("/articles/<slug>")
@requires("public.read")
def articles_show(slug: str) -> Response:
    known, articles = facts(), library().articles
    found = articles.get(slug)
    if found is None:
        abort(404)
    about, path = found.about, f"/articles/{slug}"
    above = [Crumb(_("Articles"), "/articles")]
    frame = make_frame(found, path, above=above, kind="article")
    data = article(
        known,
        headline=fill(about.title),
        description=frame.description,
        url=frame.url,
        image=frame.image,
        author=about.author,
        published=about.published,
        updated=about.updated or about.published,
    )
    more = [each for each in articles.values() if each.slug != slug][:MORE_SHOWN]
    return show("marketing/articles/show.html", frame, entry=found, more=more, extra=[data])
