"""The machine in code, the machine in the documentation, and FHIR's list agree."""

from pathlib import Path

import pytest

from shared.booking.states import MOVES, OCCUPIES, MoveRefused, Status, check_move

DOC = Path(__file__).parents[3] / "docs" / "states.md"


def test_every_state_has_its_moves_and_none_returns_from_an_error():
    assert set(MOVES) == set(Status)
    assert MOVES[Status.ENTERED_IN_ERROR] == frozenset()


def test_every_state_is_explained_in_the_documentation():
    section = DOC.read_text().split("## Appointment", 1)[1].split("\n## ", 1)[0]
    rows = {line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")}
    assert {str(status) for status in Status} <= rows
    occupying = {
        line.split("|")[1].strip()
        for line in section.splitlines()
        if line.startswith("| ") and line.split("|")[3].strip().startswith("yes")
    }
    assert occupying == {str(status) for status in OCCUPIES}


def test_every_arrow_of_the_picture_exists_in_code():
    section = DOC.read_text().split("```mermaid", 1)[1].split("```", 1)[0]
    arrows = [line.split(":")[0] for line in section.splitlines() if "-->" in line]
    for arrow in arrows:
        first, last = (part.strip() for part in arrow.split("-->"))
        if first != "[*]":
            check_move(first, Status(last))


@pytest.mark.parametrize("current", [s for s in Status if Status.BOOKED not in MOVES[s]])
def test_a_step_without_an_arrow_is_refused(current):
    with pytest.raises(MoveRefused):
        check_move(current, Status.BOOKED)
