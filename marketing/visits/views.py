"""What can be booked: all of it on one page, and a page for each kind of visit."""

from flask import Response, abort

from marketing import blueprint
from marketing.facts.practice import Facts, VisitFacts, facts, library
from marketing.frame import Crumb, Frame, make_frame, page_slug, practice_data, show, text_page
from marketing.library.reading import Entry
from marketing.library.schema import VisitPage
from marketing.machines.structured import breadcrumbs
from marketing.pictures.address import picture_address
from marketing.visits.calendar import next_times
from marketing.visits.presenters import present_offer
from shared.web.i18n import gettext as _
from shared.web.policy import requires

# A statement or four each: the others show theirs on their own page.
TIMES_SHOWN = 4


@blueprint.get("/visits")
@requires("public.read")
def visits_index() -> Response:
    known, origin = facts(), page_slug()
    rows = [
        (
            present_offer(visit, origin),
            next_times(known, visit, origin) if number < TIMES_SHOWN else None,
            library().visits.get(visit.slug),
        )
        for number, visit in enumerate(known.visits)
    ]
    entry = text_page("visits")
    frame = make_frame(entry, "/visits", data=[practice_data(known)])
    return show("marketing/visits/index.html", frame, body=entry.body, rows=rows)


@blueprint.get("/visits/<slug>")
@requires("public.read")
def visits_show(slug: str) -> Response:
    known, origin = facts(), page_slug()
    visit = known.find_visit(slug)
    if visit is None:
        abort(404)
    entry = library().visits.get(slug)
    frame = _frame(known, visit, entry)
    return show(
        "marketing/visits/show.html",
        frame,
        offer=present_offer(visit, origin),
        entry=entry,
        times=next_times(known, visit, origin),
    )


def _frame(known: Facts, visit: VisitFacts, entry: Entry[VisitPage] | None) -> Frame:
    """The head of a visit's page, with or without a text about it."""
    path, above = f"/visits/{visit.slug}", [Crumb(_("Visits"), "/visits")]
    if entry is not None:
        return make_frame(entry, path, above=above)
    way = [Crumb(_("Home"), "/"), *above, Crumb(visit.name, path)]
    return Frame(
        title=visit.name,
        description=visit.summary,
        heading=visit.name,
        lead=visit.summary,
        path=path,
        url=known.absolute(path),
        image=known.absolute(picture_address(known, visit.name)),
        kind="website",
        crumbs=tuple(way),
        data=(breadcrumbs([(each.label, known.absolute(each.path)) for each in way]),),
    )
