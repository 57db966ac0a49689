"""Recovery codes: made for paper, forgiving to read, bound to one account."""

import re
from uuid import UUID

import pytest

from shared.auth import recovery

ACCOUNT = UUID("01930000-0000-7000-8000-000000000001")
OTHER_ACCOUNT = UUID("01930000-0000-7000-8000-000000000002")


def test_new_recovery_codes_are_ten_different_readable_codes() -> None:
    sheet = recovery.new_recovery_codes()
    assert len(set(sheet)) == recovery.CODE_COUNT
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", c) for c in sheet)


@pytest.mark.parametrize(
    "typed",
    ["7K2M-QX9D-0FTA-W4H1", "7k2mqx9d0ftaw4h1", " 7K2M QX9D OFTA W4HI ", "7K2M-QX9D-oFTA-W4Hl"],
)
def test_recovery_code_message_forgives_case_separators_and_misreadings(typed: str) -> None:
    right = recovery.recovery_code_message(ACCOUNT, "7K2M-QX9D-0FTA-W4H1")
    assert recovery.recovery_code_message(ACCOUNT, typed) == right


def test_recovery_code_message_differs_when_the_account_differs() -> None:
    code = recovery.new_recovery_code()
    assert recovery.recovery_code_message(ACCOUNT, code) != recovery.recovery_code_message(
        OTHER_ACCOUNT, code
    )
