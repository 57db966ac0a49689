"""Many windows write one note at the same moment: nothing is lost, one text is signed."""

from flask import Flask

from shared.encounters.errors import WritingRefused
from shared.encounters.notes import sign_note
from tests.encountering import WINDOW, Writing, said
from tests.together import all_at_once


def test_many_windows_at_once_lose_nothing(app: Flask, writing: Writing) -> None:
    """Eight windows save eight texts at the same moment: one stands, seven are kept beside it."""
    texts = [f"Text of window {number}" for number in range(8)]
    told = all_at_once(
        app,
        [
            lambda t=text, n=number: writing.try_to_save(t, 0, f"window-{n}", by_hand=True)
            for number, text in enumerate(texts)
        ],
    )
    assert sorted(told) == ["ChangedMeanwhile"] * 7 + ["saved"]
    rows = writing.versions()
    assert {said(row) for row in rows} == set(texts)
    assert len([row for row in rows if row.kind == "aside"]) == 7


def test_signing_while_saves_run_signs_one_text_and_keeps_the_others(
    app: Flask, writing: Writing
) -> None:
    version = writing.save("As read before signing", 0)
    saves = [
        lambda n=number: writing.try_to_save(f"Typed {n}", version, WINDOW, by_hand=True)
        for number in range(5)
    ]
    signs = [lambda: writing.do(sign_note, version=version).version for _ in range(3)]
    told = all_at_once(app, [*saves[:2], *signs, *saves[2:]], told=(WritingRefused,))
    note = writing.note()
    kept = {said(row) for row in writing.versions()}
    assert {"As read before signing", *(f"Typed {n}" for n in range(5))} <= kept
    signed = [row for row in writing.versions() if row.kind == "signed"]
    if note.signed_at is None:
        assert signed == []
        assert told.count("ChangedMeanwhile") == 3, "it was another text by then"
    else:
        assert [said(row) for row in signed] == [said(note)] == ["As read before signing"]
        assert told.count("AlreadySigned") == 5
