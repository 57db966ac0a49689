"""Pictures of the page where patients agree to text messages, for the carriers' form.

`python -m tools.opt_in toll-free-pictures.json --out pictures` takes the file that the desk hands
out (Before the first patient, The toll-free number). It starts a practice of its own, gives it the
name and the colours of the file, signs in as an invented patient, and photographs the very page:
as it is found, with the box ticked, and afterwards. Needs Chromium.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from shared.db import Context, open_session
from shared.demo.facts import IRONBOUND, PATIENTS
from shared.events import act
from shared.models.practice import Practice
from shared.practices.hosts import find_practice_at
from tools.screens import BROWSER_FLAGS, DESKTOP, PHONE, browser_path
from tools.temporary import temporary_practice
from tools.ways_in import Cookie, cookie_of, inside

SHOWN = ("name", "legal_name", "phone", "email", "brand")
PAGE = "/portal/profile/texts"
VIEWS: dict[str, Any] = {"phone": PHONE, "desk": DESKTOP}
# Of the two invented practices the one that no process has looked up when it is dressed.
HOST = IRONBOUND.hosts["portal"]
# One a view: who has agreed is not asked again.
PEOPLE = [person.email for person in PATIENTS[IRONBOUND.slug]][: len(VIEWS)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.opt_in", description=__doc__)
    parser.add_argument("file", type=Path, help="toll-free-pictures.json, from the desk")
    parser.add_argument("--out", type=Path, default=Path("pictures"), help="folder to write to")
    chosen = parser.parse_args()
    shown = json.loads(chosen.file.read_text())
    if set(shown) != set(SHOWN):
        raise SystemExit(f"{chosen.file} is not the file for the pictures.")
    chosen.out.mkdir(parents=True, exist_ok=True)
    with temporary_practice(fsync=False) as running, sync_playwright() as driver:
        with inside(running):
            dress(shown)
            cookies = [cookie_of(HOST, "portal", email) for email in PEOPLE]
        chromium = driver.chromium.launch(executable_path=browser_path(), args=BROWSER_FLAGS)
        base = f"http://{HOST}:{running.place.port}"
        made = [
            path
            for (view, size), cookie in zip(VIEWS.items(), cookies, strict=True)
            for path in take(chromium, base, cookie, size, chosen.out / f"opt-in-{view}")
        ]
        chromium.close()
    print("\n".join(str(path) for path in made))
    return 0


def dress(shown: dict[str, Any]) -> None:
    """Give the invented practice the name and colours of the real one, and let it ask."""
    place = find_practice_at(host=HOST, face="portal")
    if place is None:
        raise LookupError(HOST)
    with open_session(Context(place.id, "bedside_job", "tools")) as session:
        row = session.get_one(Practice, place.id)
        for name in SHOWN:
            setattr(row, name, shown[name])
        row.asks_about_texts = True
        act(session, "practice.seeded", target=row)


def take(chromium: Browser, base: str, cookie: Cookie, size: Any, stem: Path) -> list[Path]:
    """Three pictures of one window."""
    context = chromium.new_context(viewport=size)
    context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": base}])
    window = context.new_page()
    window.goto(base + PAGE)
    box = window.get_by_test_id("texts-agree")
    if box.is_checked():
        raise SystemExit("The box is not empty.")
    made = [_shoot(window, stem, "1-asked")]
    box.check()
    made.append(_shoot(window, stem, "2-ticked"))
    window.get_by_test_id("texts-save").click()
    window.get_by_test_id("texts-stop").wait_for()
    made.append(_shoot(window, stem, "3-agreed"))
    context.close()
    return made


def _shoot(window: Any, stem: Path, moment: str) -> Path:
    path = stem.with_name(f"{stem.name}-{moment}.png")
    window.evaluate("document.fonts.ready.then(() => true)")
    window.screenshot(path=path, animations="disabled", full_page=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
