"""A form that met a stale sign-in: kept while the person proves who they are, then given back.

The fields travel in the visitor's own signed cookie, encrypted under the practice's key, for ten
minutes, for the same account only. What does not fit a cookie is asked for again.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import request, session

from shared import clock, keyring
from shared.auth.return_to import safe_return_to
from shared.web.current import face, practice, viewer
from shared.web.repeats import FIELD

KEY = "kept_form"
KEPT_FOR = timedelta(minutes=10)
# What a cookie can carry, after encryption, next to what else is in it.
LARGEST = 2_000
# The form's own key is kept: pressed twice, the form still acts once.
NOT_KEPT = frozenset({"csrf_token"})
# A passkey's answer is good for one challenge, which the refused request has used up.
NOT_REPEATABLE = "credential"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where it goes, what it says, and the page it was printed on."""

    action: str
    fields: tuple[tuple[str, str], ...]
    page: str

    @property
    def idempotency_key(self) -> str:
        """The form's own key; "" for a form that had none."""
        return next((value for name, value in self.fields if name == FIELD), "")

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """Every field but the key."""
        return tuple(one for one in self.fields if one[0] != FIELD)


def keep_form() -> bool:
    """Keep the form of this request; False for one that is too large or cannot be sent again."""
    forget_kept_form()
    if request.method != "POST" or NOT_REPEATABLE in request.form or not request.form:
        return False
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return False
    fields = [
        (name, value)
        for name, values in request.form.lists()
        if name not in NOT_KEPT
        for value in values
    ]
    text = json.dumps(
        {
            "action": request.path,
            "fields": fields,
            "page": safe_return_to(face(), urlsplit(request.referrer or "").path),
            "until": (clock.now() + KEPT_FOR).isoformat(),
        }
    )
    if len(text) > LARGEST:
        return False
    session[KEY] = keyring.current().encrypt(practice().id, _place(), text).hex()
    return True


def find_kept_form() -> KeptForm | None:
    """The form this person's browser keeps, if it is still good."""
    sealed = session.get(KEY)
    if not isinstance(sealed, str):
        return None
    try:
        kept = json.loads(keyring.current().decrypt(practice().id, _place(), bytes.fromhex(sealed)))
    except (keyring.UnreadableField, ValueError):
        return None
    if datetime.fromisoformat(kept["until"]) <= clock.now():
        return None
    return KeptForm(
        kept["action"], tuple((name, value) for name, value in kept["fields"]), kept["page"]
    )


def forget_kept_form() -> None:
    """It was sent, or is not wanted any more."""
    session.pop(KEY, None)


def _place() -> str:
    """What the ciphertext is bound to: another account's browser cannot read it."""
    return f"cookie|{KEY}|{face()}|{viewer().account_id}"
