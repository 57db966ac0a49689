"""What a person at the practice has to look at: raised by services and jobs, ended by people."""

from shared.attention.items import raise_item, resolve_item, settle_item
from shared.attention.kinds import KINDS, Kind, kinds_for

__all__ = ["KINDS", "Kind", "kinds_for", "raise_item", "resolve_item", "settle_item"]
