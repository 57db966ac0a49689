"""A patient's own contact data: changing it, moving to another address, taking that back."""

from shared.profile.contact import Contact, change_contact
from shared.profile.errors import AddressInUse, ChangeOver, NotHere, SameAddress
from shared.profile.moving import access_email_change, begin_email_change, confirm_email_change
from shared.profile.taking_back import find_undo, take_back

__all__ = [
    "AddressInUse",
    "ChangeOver",
    "Contact",
    "NotHere",
    "SameAddress",
    "access_email_change",
    "begin_email_change",
    "change_contact",
    "confirm_email_change",
    "find_undo",
    "take_back",
]
