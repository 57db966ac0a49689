"""Why contact data could not be changed. People read other words."""


class SameAddress(Exception):
    """It is the address they already have."""


class NotHere(Exception):
    """The sign-in also opens the desk: its address is an owner's to change."""


class ChangeOver(Exception):
    """The move is unknown, too old, used, replaced by a later one, or out of tries."""


class AddressInUse(Exception):
    """The mailbox is proven, but its address opens another sign-in of the practice."""
