"""The public site: open to anyone, sets no cookie, may be kept by caches for a minute.

Its texts are files, its facts outlive the database: it answers while nothing else does.
"""

from flask import Blueprint, Flask
from flask.sansio.blueprints import BlueprintSetupState

from marketing.caching import finish
from marketing.facts.practice import known_at
from shared.web.last_known_practice import offer_fallback

blueprint = Blueprint("marketing", __name__, template_folder="templates")
blueprint.after_request(finish)


@blueprint.record_once
def _offer_fallback(state: BlueprintSetupState) -> None:
    if isinstance(state.app, Flask):
        offer_fallback(state.app, known_at)


from marketing.about import views as _about  # noqa: E402, F401 - views join the blueprint
from marketing.articles import views as _articles  # noqa: E402, F401
from marketing.contact import views as _contact  # noqa: E402, F401
from marketing.faq import views as _faq  # noqa: E402, F401
from marketing.home import views as _home  # noqa: E402, F401
from marketing.legal import views as _legal  # noqa: E402, F401
from marketing.library import command as _command  # noqa: E402, F401
from marketing.machines import views as _machines  # noqa: E402, F401
from marketing.missing import views as _missing  # noqa: E402, F401
from marketing.pictures import views as _pictures  # noqa: E402, F401
from marketing.places import views as _places  # noqa: E402, F401
from marketing.pricing import views as _pricing  # noqa: E402, F401
from marketing.steps import views as _steps  # noqa: E402, F401
from marketing.visits import views as _visits  # noqa: E402, F401
