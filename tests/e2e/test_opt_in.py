"""The pictures for the carriers, taken by the program of the page that patients see."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from shared.demo.facts import SEAGRAPE
from tools.opt_in import SHOWN

pytestmark = pytest.mark.slow


def test_the_page_is_photographed_in_the_practice_s_name(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    told.write_text(json.dumps({name: getattr(SEAGRAPE, name) for name in SHOWN}))
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "tools.opt_in", str(told), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in out.iterdir())
    moments = ("1-asked", "2-ticked", "3-agreed")
    assert made == [f"opt-in-{view}-{each}.png" for view in ("desk", "phone") for each in moments]
    for name in made:
        with Image.open(out / name) as picture:
            assert picture.width >= 390
            # More than one colour: something is on it.
            assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 50


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    told.write_text('{"name": "Somebody"}')
    done = subprocess.run(
        [sys.executable, "-m", "tools.opt_in", str(told)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert "is not the file for the pictures" in done.stderr
