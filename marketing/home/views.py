"""The first page: who this is, what it costs, when there is time."""

from flask import Response

from marketing import blueprint
from marketing.about.presenters import present_doctor
from marketing.facts.practice import facts, library
from marketing.frame import make_frame, page_slug, practice_data, show, text_page
from marketing.machines.structured import physician
from marketing.visits.calendar import next_times
from marketing.visits.presenters import present_offer
from shared.web.policy import requires

ARTICLES_SHOWN = 3
QUESTIONS_SHOWN = 4


@blueprint.get("/")
@requires("public.read")
def home_index() -> Response:
    known, origin, texts = facts(), page_slug(), library()
    entry = text_page("home")
    data = [practice_data(known), *(physician(known, each) for each in known.doctors)]
    faq = texts.pages.get("faq")
    doctors = [present_doctor(each) for each in known.doctors]
    return show(
        "marketing/home/index.html",
        make_frame(entry, "/", data=data),
        entry=entry,
        offers=[present_offer(each, origin) for each in known.visits],
        times=next_times(known, known.visits[0], origin) if known.visits else None,
        # Whose words are shown large has their picture beside them.
        doctors=sorted(doctors, key=lambda one: one.short_name != entry.about.quote_by),
        articles=list(texts.articles.values())[:ARTICLES_SHOWN],
        questions=faq.about.questions[:QUESTIONS_SHOWN] if faq else (),
        steps=texts.pages["how-it-works"].about.steps if "how-it-works" in texts.pages else (),
    )
