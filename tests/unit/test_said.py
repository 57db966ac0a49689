"""What somebody says on the phone, read as what it can mean."""

from datetime import UTC, date, datetime

import pytest

from shared import clock
from shared.access.said import Said, read_date, read_said
from shared.people.details import name_key


def said(text: str) -> Said | None:
    return read_said(text, name_key(text))


@pytest.mark.parametrize(
    "text",
    [
        *("3/14/1987", "03-14-1987", "3.14.1987", "1987-03-14", "03141987", "3/14/87"),
        *("March 14 1987", "march 14, 1987", "Mar 14th 1987", "14 March 1987", "14 mar 1987"),
    ],
)
def test_a_birthday_is_read_however_it_is_written(text: str) -> None:
    assert said(text) == Said(born=date(1987, 3, 14))


def test_two_digits_of_a_year_mean_the_past() -> None:
    with clock.freeze(datetime(2027, 1, 4, tzinfo=UTC)):
        assert read_date("1/5/27") == date(1927, 1, 5)
        assert read_date("1/3/27") == date(2027, 1, 3)


@pytest.mark.parametrize("text", ["2/30/1987", "13/13/1987", "1/1/0001", "3/14"])
def test_what_is_no_day_is_no_birthday(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text", ["(561) 555-0171", "561.555.0171", "+1 561 555 0171", "5615550171", "1-561-555-0171"]
)
def test_a_phone_number_is_read_in_any_shape(text: str) -> None:
    assert said(text) == Said(phone="+15615550171")


@pytest.mark.parametrize("text", ["0171", "x0171", "...0171", "**0171"])
def test_four_digits_are_the_end_of_a_phone_number(text: str) -> None:
    assert said(text) == Said(phone_tail="0171")


@pytest.mark.parametrize("text", ["HX4-27KA", "hx427ka", " Hx4-27kA "])
def test_a_reference_is_read_with_and_without_its_dash(text: str) -> None:
    assert said(text) == Said(reference="HX4-27KA")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("López", "lopez"),
        ("O'Brien", "obrien"),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Brien", "obrien"),
        ("ana  whit", "ana whit"),
        ("李", "李"),
        ("김민", "김민"),
        ("Ng", "ng "),
        ("רחל", "רחל"),
        ("Jos%", "jos%"),
    ],
)
def test_a_name_is_folded(text: str, key: str) -> None:
    found = said(text)
    assert found is not None
    assert found.name is not None
    assert found.name.strip() == name_key(key)


@pytest.mark.parametrize(
    "text", ["", " ", "a", "%", "'", "--", "🙂", "🙂🙂🙂", "...", "\N{LEFT-TO-RIGHT OVERRIDE}"]
)
def test_what_means_nothing_is_not_looked_for(text: str) -> None:
    assert said(text) is None
