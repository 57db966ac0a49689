"""Entering, changing and ending vendors; the register as a file."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.vendors.forms import PROBLEMS, VendorForm
from admin.vendors.presenters import COLUMNS, as_rows, find_proposal, missing, present
from shared import clock
from shared.practices.vendors import (
    InvalidVendor,
    add_vendor,
    change_vendor,
    end_vendor,
    get_vendor,
    list_former_vendors,
    list_vendors,
)
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice
from shared.web.spreadsheets import csv_answer

ONE = "/settings/vendors/<uuid:vendor_id>"


@blueprint.get("/settings/vendors")
@requires("settings.manage")
def vendors_index() -> Response:
    """Everybody who works for the practice, and whom the program uses but the list lacks."""
    rows = list_vendors(transaction(), practice_id=practice_id())
    today = clock.today(practice().time_zone)
    return page(
        "admin/vendors/index.html",
        lines=present(rows, today),
        former=list_former_vendors(transaction(), practice_id=practice_id()),
        proposals=missing(rows),
        notice=take_notice(),
    )


@blueprint.get("/settings/vendors.csv")
@requires("settings.manage")
def vendors_export() -> Response:
    """The register for an auditor or an insurer."""
    rows = [
        *list_vendors(transaction(), practice_id=practice_id()),
        *list_former_vendors(transaction(), practice_id=practice_id()),
    ]
    return csv_answer("vendors", COLUMNS, as_rows(rows))


@blueprint.get("/settings/vendors/new")
@requires("settings.manage")
def vendors_new() -> Response:
    """An empty form, or one that begins with what a known vendor does here."""
    form = VendorForm(data=find_proposal(request.args.get("for", "")))
    return page("admin/vendors/new.html", form=form)


@blueprint.post("/settings/vendors")
@requires("settings.manage")
def vendors_create() -> Response:
    """One more vendor."""
    form = VendorForm(request.form)
    if form.validate():
        try:
            row = add_vendor(transaction(), values=values_of(form), by=viewer())
        except InvalidVendor as refusal:
            tell(form, refusal)
        else:
            note(_("%(name)s is in the register.", name=row.name))
            return to("admin.vendors_index")
    return invalid("admin/vendors/new.html", form=form)


@blueprint.get(ONE)
@requires("settings.manage")
def vendors_edit(vendor_id: UUID) -> Response:
    """What the register says."""
    row = get_vendor(transaction(), practice_id=practice_id(), vendor_id=vendor_id)
    return page("admin/vendors/edit.html", form=VendorForm(obj=row), vendor=row)


@blueprint.post(ONE)
@requires("settings.manage")
def vendors_update(vendor_id: UUID) -> Response:
    """Change it; what it said before is in the event log."""
    row = get_vendor(transaction(), practice_id=practice_id(), vendor_id=vendor_id)
    form = VendorForm(request.form)
    if form.validate():
        try:
            values = values_of(form)
            changed = change_vendor(transaction(), vendor_id=vendor_id, values=values, by=viewer())
        except InvalidVendor as refusal:
            tell(form, refusal)
        else:
            note(_("Saved.") if changed else _("Nothing was changed."))
            return to("admin.vendors_index")
    return invalid("admin/vendors/edit.html", form=form, vendor=row)


@blueprint.post(f"{ONE}/end")
@requires("settings.manage")
def vendors_destroy(vendor_id: UUID) -> Response:
    """They work for us no more."""
    row = end_vendor(transaction(), vendor_id=vendor_id, by=viewer())
    note(_("%(name)s is off the register. The entry stays in its history.", name=row.name))
    return to("admin.vendors_index")


def values_of(form: VendorForm) -> dict[str, Any]:
    """What was typed, as the service takes it."""
    return {**form.data, "exempt_because": form.exempt_because.data or ""}


def tell(form: VendorForm, refusal: InvalidVendor) -> None:
    """The refusal beside its field."""
    words = PROBLEMS.get((refusal.field, refusal.problem), _("That cannot be used."))
    form[refusal.field].errors = [words]
