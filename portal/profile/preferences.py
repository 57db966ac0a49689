"""What one wants to be written about, when not, and in which language."""

from datetime import time
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.profile.forms import PreferencesForm
from portal.profile.presenters import only_language, wishes_data
from portal.reader import own_zone
from shared.access.accounts import access_own_account
from shared.preferences import OPTIONAL, Quiet, change_choices, choices_of, code_of
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.i18n import available_languages, remember_language
from shared.web.policy import requires
from shared.web.signing_in import note


@blueprint.get("/profile/messages")
@requires("profile.change")
def preferences_edit() -> Response:
    """The choices as they are."""
    patient_id = viewer().patient_id
    if patient_id is None:
        return to("portal.home_index")
    choices = choices_of(transaction(), viewer=viewer(), patient_id=patient_id)
    form = PreferencesForm(data=wishes_data(choices))
    return page("portal/profile/messages.html", form=form, **_shown(form))


@blueprint.post("/profile/messages")
@requires("profile.change")
def preferences_update() -> Response:
    """Keep them; they hold for every message that leaves from now on."""
    form = PreferencesForm(request.form)
    shown = _shown(form)
    if not form.validate():
        return invalid("portal/profile/messages.html", form=form, **shown)
    language = form.language.data or None
    change_choices(
        transaction(),
        wanted=[code_of(purpose) for purpose in OPTIONAL if form[purpose].data],
        quiet=_quiet(form) if form.quiet.data else None,
        language=language,
        by=viewer(),
    )
    remember_language(language)
    note(_("Your choices are saved."))
    return to("portal.profile_index")


def _shown(form: PreferencesForm) -> dict[str, Any]:
    """What the page says besides the form, which is told what there is to choose from."""
    languages = available_languages()
    form.offer(languages)
    return {
        "email": access_own_account(transaction(), viewer=viewer()).email,
        "zone": own_zone(),
        "only_language": only_language(languages),
    }


def _quiet(form: PreferencesForm) -> Quiet:
    return Quiet(*(time.fromisoformat(each.data) for each in (form.quiet_from, form.quiet_until)))
