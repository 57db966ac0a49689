"""How visits by video go, as the practice sees it: numbers, a picture, the same in words."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, request
from flask_babel import lazy_gettext as _l

from admin import blueprint
from shared import clock
from shared.booking.zones import day_bounds, local_day, zone
from shared.charts import Bar, draw_bars
from shared.visits.quality import ENOUGH, measure
from shared.web.answers import page
from shared.web.current import practice, transaction, viewer
from shared.web.formats import day, short_day
from shared.web.i18n import gettext as _
from shared.web.policy import requires

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.visits.quality import OfBrowser, Quality, Share

SPANS = (4, 8, 12)
PHONE = {
    "check_failed": _l("The device check failed"),
    "not_let_in": _l("Nobody let them in"),
    "alone": _l("Alone in the call"),
    "no_picture": _l("No picture or sound"),
    "no_room": _l("The video room did not open"),
    "asked": _l("The patient asked for it"),
    "practice_asked": _l("The practice asked for it"),
}
CHECKS = {
    "camera_absent": _l("No camera"),
    "camera_busy": _l("Camera used by another program"),
    "camera_denied": _l("Camera not allowed"),
    "line_unknown": _l("The line could not be measured"),
    "microphone_absent": _l("No microphone"),
    "no_sound": _l("Could not hear the sound"),
    "no_webrtc": _l("Browser without video calls"),
    "skipped": _l("Check skipped"),
    "audio_only": _l("Line too slow for video"),
}
BROWSERS = {
    "chrome": "Chrome",
    "edge": "Edge",
    "firefox": "Firefox",
    "safari": "Safari",
    "samsung": "Samsung Internet",
    "other": _l("Another one"),
    "unknown": _l("Not known"),
}


@blueprint.get("/visits/quality")
@requires("visit.quality")
def visit_quality_index() -> Response:
    """The last weeks, as many as were asked for."""
    asked = request.args.get("weeks", "")
    weeks = int(asked) if asked in {str(each) for each in SPANS} else SPANS[1]
    here = zone(practice().time_zone)
    today = local_day(clock.now(), here)
    first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    since, until = day_bounds(first, today, here)
    found = measure(transaction(), viewer=viewer(), since=since, until=until, zone=here)
    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    spans = [(str(each), _("%(num)s weeks", num=each)) for each in SPANS]
    return page(
        "admin/visits/quality.html",
        found=found,
        enough=ENOUGH,
        weeks=str(weeks),
        spans=spans,
        rate=rate_words(found.by_video),
        chart=_chart(found, mondays),
        phone_reasons=_named(found.phone_reasons, PHONE),
        check_reasons=_named(found.check_reasons, CHECKS),
        browsers=[_browser(one) for one in found.browsers],
        first_picture=_seconds(found.first_picture),
    )


def rate_words(share: "Share") -> str:
    """ "96%" where there are enough, else the bare numbers."""
    if not share.whole:
        return _("none yet")
    if not share.is_telling:
        return _("%(part)s of %(whole)s", part=share.part, whole=share.whole)
    return f"{share.percent}%"


def _chart(found: "Quality", mondays: list[Any]) -> dict[str, Any]:
    shares = [found.weeks.get(monday) for monday in mondays]
    bars = [
        Bar(
            short_day(monday).partition(" ")[2],
            (share.percent or 0) if share else 0,
            f"{share.part}/{share.whole}" if share else "",
            now=monday == mondays[-1],
        )
        for monday, share in zip(mondays, shares, strict=True)
    ]
    summary = _(
        "%(part)s of %(whole)s visits were completed by video",
        part=found.by_video.part,
        whole=found.by_video.whole,
    )
    rows = [
        [
            day(monday, weekday=False),
            str(share.part) if share else "0",
            str(share.whole) if share else "0",
        ]
        for monday, share in zip(mondays, shares, strict=True)
    ]
    title = _("Completed by video, percent by week")
    return {
        "title": title,
        "summary": summary,
        "svg": draw_bars(bars, said=f"{title}: {summary}"),
        "columns": [_("Week from"), _("By video"), _("Visits")],
        "rows": rows,
    }


def _named(counted: "Mapping[str, int]", words: "Mapping[str, Any]") -> list[list[str]]:
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [[str(words.get(code, _("Something else"))), str(number)] for code, number in ordered]


def _browser(one: "OfBrowser") -> list[str]:
    return [
        str(BROWSERS.get(one.browser, one.browser)),
        str(one.by_video.whole),
        rate_words(one.by_video),
        str(one.drops),
        _seconds(one.first_picture),
    ]


def _seconds(value: float | None) -> str:
    return _("%(num)s s", num=f"{value:.1f}") if value is not None else _("none yet")
