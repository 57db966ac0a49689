"""The story: short by default, every step when asked for."""

from flask import Flask

from shared.actions import ACTIONS
from shared.db import open_session
from shared.events import act
from tests.browsing import signed_in
from tests.people import Cast


def test_the_short_story_leaves_the_machinery_out(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    with open_session(cast.seagrape.context()) as session:
        for action in ("dispatch.claimed", "dispatch.delivered"):
            act(session, action, target=("dispatch", None), patient_id=ana.id, mail="a mail")
    maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    short = maya.get(f"/admin/patients/{ana.id}/story").get_data(as_text=True)
    assert "learned that a mail was delivered" in short
    assert "began to send" not in short
    every = maya.get(f"/admin/patients/{ana.id}/story?steps=1").get_data(as_text=True)
    assert "Bedside began to send a mail." in every


def test_every_sentence_can_be_told_without_its_details() -> None:
    for name, action in ACTIONS.items():
        assert action.sentence[0].islower(), name
        assert not action.sentence.endswith("."), name
