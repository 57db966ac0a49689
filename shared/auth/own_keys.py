"""Keys pressed alone: whether they do anything for somebody at the desk (WCAG 2.1.4)."""

from sqlalchemy.orm import Session

from shared import clock
from shared.access.accounts import access_own_account
from shared.access.principal import Principal
from shared.events import act


def use_single_keys(session: Session, *, by: Principal, on: bool) -> None:
    """Turn them on or off for the account, on whatever machine it signs in. Needs the gate."""
    account = access_own_account(session, viewer=by)
    if (account.single_keys_off_at is None) == on:
        return
    account.single_keys_off_at = None if on else clock.now()
    act(session, "account.keys_chosen", target=account, choice="on" if on else "off")
