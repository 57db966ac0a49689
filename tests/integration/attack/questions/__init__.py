"""What every door is asked, a module for each noun; see `doors.py` for what is done with it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from shared.access.principal import Principal

Ask = Callable[[Session, Principal], Any]
Question = tuple[str, Ask]
