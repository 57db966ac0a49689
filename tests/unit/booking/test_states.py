"""The appointment's machine: complete, without loops out of its ends, and refusing the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.booking.states import MOVES, OCCUPIES, MoveRefused, Status, check_move


def test_every_state_has_its_moves_and_none_returns_from_an_error():
    assert set(MOVES) == set(Status)
    assert MOVES[Status.ENTERED_IN_ERROR] == frozenset()


def test_what_ended_keeps_its_time_from_nobody():
    assert not OCCUPIES & {Status.CANCELLED, Status.NOSHOW, Status.ENTERED_IN_ERROR}


@pytest.mark.parametrize("current", [s for s in Status if Status.BOOKED not in MOVES[s]])
def test_a_step_without_an_arrow_is_refused(current):
    with pytest.raises(MoveRefused):
        check_move(current, Status.BOOKED)


@given(st.lists(st.sampled_from(list(Status)), max_size=12))
def test_whatever_is_tried_an_entered_error_stays_one(wanted):
    current = Status.PENDING
    for step in wanted:
        before = current
        try:
            check_move(current, step)
        except MoveRefused:
            continue
        current = step
        assert before is not Status.ENTERED_IN_ERROR
