"""The component page: every part in every state, for every eye, and by keys alone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.e2e.faces import served, window
from tests.e2e.looking import SIDEWAYS, Watch, audit, settle, walk_by_keys
from tests.people import Cast

SIZES = {"phone": (390, 844), "narrow": (320, 640)}
# Parts that are seen by their ground alone need an edge where grounds are taken away; a quiet
# button is words, and the browser draws its own controls.
EDGES = """() => [...document.querySelectorAll('.button, .card, .badge, input, select, textarea')]
  .filter(one => one.offsetParent && !one.matches('.button--quiet, [type=hidden], [type=file]'))
  .filter(one => !['checkbox', 'radio'].includes(one.type))
  .filter(one => { const style = getComputedStyle(one);
    return style.borderTopStyle === 'none' || parseFloat(style.borderTopWidth) < 1; })
  .map(one => `${one.tagName}.${one.className}`)"""
MOVES = """() => [...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one);
  const longest = each => Math.max(...each.split(',').map(parseFloat));
  return longest(style.animationDuration) > 0.02 || longest(style.transitionDuration) > 0.02;
}).map(one => `${one.tagName}.${one.className}`)"""


@pytest.fixture
def base(app: Flask, cast: Cast) -> Iterator[str]:
    """Where the page is."""
    with served(app) as running:
        yield running.base(cast.seagrape)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_for_axe_to_find_at_any_width(base: str, chromium: Chromium, scheme: str) -> None:
    with window(chromium, base, color_scheme=scheme) as page:
        watch = Watch(page)
        found: list[str] = []
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{base}/_components")
            found += [f"{name}: {each}" for each in audit(page)]
            if page.evaluate(SIDEWAYS) > 0:
                found.append(f"{name}: scrolls sideways")
        found += watch.take()
        assert not found, "\n".join(found)


def test_nothing_is_lost_without_colours_or_moves_when_motion_is_not_wanted(
    base: str, chromium: Chromium
) -> None:
    with window(chromium, base, forced_colors="active", reduced_motion="reduce") as page:
        page.goto(f"{base}/_components")
        settle(page)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert page.evaluate(EDGES) == []
        assert page.evaluate(MOVES) == []


def test_every_part_is_reached_by_keys_and_shows_it(base: str, chromium: Chromium) -> None:
    with window(chromium, base) as page:
        page.goto(f"{base}/portal/sign-in")
        assert walk_by_keys(page) == []
        skip(page)
        page.goto(f"{base}/_components")
        assert walk_by_keys(page, at_most=600) == []


def skip(page: Page) -> None:
    """The first key leads past the head of the page."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('main') !== null")
