"""Making the key of the downtime sheets, and downloading sheets."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import Form, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from admin import blueprint
from shared.booking.downtime import TYPE, fetch_sheet, find_key, list_sheets
from shared.booking.sheet_keys import SHORTEST_PASSPHRASE, make_sheet_key
from shared.web.answers import file_answer, invalid, page
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import day, when
from shared.web.i18n import ngettext
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, take_notice

KEY_TYPE, KEY_FILE = "application/x-pem-file", "downtime-key.pem"
TOO_SHORT = _l("Choose at least 12 characters: a few words are best.")


class SheetKeyForm(Form):
    """What opens the key file."""

    passphrase = PasswordField(
        _l("Passphrase"),
        validators=[
            DataRequired(TOO_SHORT),
            Length(min=SHORTEST_PASSPHRASE, max=200, message=TOO_SHORT),
        ],
    )
    again = PasswordField(
        _l("The same again"),
        validators=[EqualTo("passphrase", message=_l("The two are not the same."))],
    )


@blueprint.get("/settings/sheets")
@requires("settings.manage")
def sheets_index() -> Response:
    """The key, the last sheets, and how one is opened."""
    return page("admin/sheets/index.html", notice=take_notice(), **_shown())


@blueprint.get("/settings/sheets/keys/new")
@requires("settings.manage")
def sheet_keys_new() -> Response:
    """Choose what opens the key file. Needs a fresh sign-in, so that nothing typed waits."""
    ask_fresh()
    return page("admin/sheets/key.html", form=SheetKeyForm())


@blueprint.post("/settings/sheets/keys")
@requires("settings.manage")
def sheet_keys_create() -> Response:
    """The key as a file, this once. Needs a fresh sign-in."""
    ask_fresh()
    form = SheetKeyForm(request.form)
    if not form.validate():
        return invalid("admin/sheets/key.html", form=form)
    secret = make_sheet_key(transaction(), passphrase=form.passphrase.data or "", by=viewer())
    return file_answer(secret, media_type=KEY_TYPE, filename=KEY_FILE)


@blueprint.get("/settings/sheets/<uuid:sheet_id>")
@requires("settings.manage")
def sheets_show(sheet_id: UUID) -> Response:
    """One sheet, sealed."""
    row = fetch_sheet(transaction(), sheet_id=sheet_id, by=viewer())
    name = f"downtime-{row.on_date.isoformat()}.p7m"
    return file_answer(row.sealed or b"", media_type=TYPE, filename=name)


def _shown() -> dict[str, Any]:
    zone = practice().time_zone
    key = find_key(transaction(), practice_id=practice_id())
    return {
        "key_made": when(key.made_at, zone) if key else None,
        "sheets": [
            {
                "id": row.id,
                "day": day(row.on_date),
                "visits": ngettext("%(num)d visit", "%(num)d visits", row.visits),
                "made": when(row.made_at, zone),
                "opens": key is not None and row.fingerprint == key.fingerprint,
                "here": row.sealed is not None,
            }
            for row in list_sheets(transaction(), practice_id=practice_id())
        ],
    }
