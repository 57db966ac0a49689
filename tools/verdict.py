"""What one check found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """`note` is shown even when the check passed: what could not be looked at, and why."""

    passed: bool
    output: str = ""
    note: str = ""

    @property
    def word(self) -> str:
        if not self.passed:
            return "FAIL"
        return "part" if self.note else "ok"
