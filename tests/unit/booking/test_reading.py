"""A time of day as people write it."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.booking.reading import read_time


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9:30", time(9, 30)),
        (" 9.30 AM ", time(9, 30)),
        ("9 a.m.", time(9)),
        ("12 am", time(0)),
        ("12:15 pm", time(12, 15)),
        ("930", time(9, 30)),
        ("1430", time(14, 30)),
        ("2:15", time(14, 15)),
        ("02:15", time(2, 15)),
        ("noon", time(12)),
        ("7", time(7)),
    ],
)
def test_times_are_read_as_written(written, meant):
    assert read_time(written) == meant


@pytest.mark.parametrize("written", ["", "soon", "25:00", "9:75", "13 pm", "٩:٣٠", "9:30; drop"])
def test_anything_else_is_not_a_time(written):
    assert read_time(written) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(written):
    assert read_time(written) is None or isinstance(read_time(written), time)
