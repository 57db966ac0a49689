"""Settings as pairs of words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.settings.forms import ACCOUNTS

KINDS = {"senders": "message_sender", "payments": "payment_setting"}
TITLES = {"senders": _l("Who mail comes from"), "payments": _l("How payments are taken")}
PROBLEMS = {
    "no_row": _l("Nothing was set yet."),
    "unreadable": _l("The setting cannot be read from the database."),
    "bad_name": _l("The name that was set cannot be used."),
    "bad_address": _l("The address that was set is no e-mail address."),
    "bad_reply_to": _l("The address for replies is no e-mail address."),
    "bad_account": _l("The account that was set is not one of yours."),
    "bad_product_name": _l("The name of the visit is not on the list."),
    "bad_receipts": _l("The choice about receipts cannot be read."),
}


def waiting_words(effective_at: datetime | None) -> str:
    """When what was just asked for takes effect."""
    if effective_at is not None:
        return str(_("The change takes effect in 24 hours. Every owner was told by e-mail."))
    return str(_("The change waits for another owner, who was told by e-mail."))


def present_values(kind: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The values of a setting, for a definition list."""
    if kind == "senders":
        return [
            (_("Name"), str(values["name"])),
            (_("Address"), str(values["address"])),
            (_("Address for replies"), str(values.get("reply_to") or _("the same"))),
        ]
    account = str(values["account_key"])
    return [
        (_("Account"), str(ACCOUNTS.get(account, account))),
        (_("Name of a visit"), str(values["product_name"])),
        (_("Receipts by Stripe"), _("Yes") if values["receipts"] else _("No")),
    ]
