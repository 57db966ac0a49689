"""The profile: what the practice knows of one, and changing what is one's own to change."""

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.profile.forms import ContactForm
from portal.profile.presenters import present
from shared.access.accounts import access_own_account
from shared.access.addresses import why_no_mail
from shared.access.patients import access_own_patient
from shared.profile import Contact, change_contact
from shared.profile.texting import has_to_do_with_texts
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.formats import phone
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice


@blueprint.get("/profile")
@requires("profile.read")
def profile_index() -> Response:
    """Everything one can look up or change about oneself, one click away."""
    patient = access_own_patient(transaction(), viewer=viewer())
    account = access_own_account(transaction(), viewer=viewer())
    return page(
        "portal/profile/index.html",
        known=present(patient, account.email),
        no_mail=why_no_mail(transaction(), viewer=viewer(), email_bidx=patient.email_bidx),
        about_texts=has_to_do_with_texts(transaction(), viewer=viewer()),
        notice=take_notice(),
    )


@blueprint.get("/profile/contact")
@requires("profile.change")
def profile_contact_edit() -> Response:
    """The form, as it is now. Needs a fresh sign-in: somebody else may sit at this screen."""
    ask_fresh()
    form = ContactForm(obj=access_own_patient(transaction(), viewer=viewer()))
    form.offer_zones(form.time_zone.data)
    form.phone.data = phone(form.phone.data)
    return page("portal/profile/contact.html", form=form)


@blueprint.post("/profile/contact")
@requires("profile.change")
def profile_contact_update() -> Response:
    """Keep it. Needs a fresh sign-in."""
    ask_fresh()
    form = ContactForm(request.form)
    form.offer_zones(access_own_patient(transaction(), viewer=viewer()).time_zone)
    if not form.validate():
        return invalid("portal/profile/contact.html", form=form)
    wanted = Contact(**{field.name: field.data for field in form})
    changed = change_contact(transaction(), wanted=wanted, by=viewer())
    note(_("Your contact data is saved.") if changed else _("Nothing was changed."))
    return to("portal.profile_index")
