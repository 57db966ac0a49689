"""What is asked of every page in a browser: axe, quiet consoles, reflow, large text, focus."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.e2e.journeys import AXE

_axe = Axe()
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A change of colour that begins while nothing is drawn never says that it has ended.
SETTLED = """() => Promise.race([
  new Promise(done => setTimeout(done, 1000)),
  Promise.all(document.getAnimations()
    .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => {})))])"""
# Words that are cut off: text that reaches out of a box which hides what does. A name that ends in
# dots on purpose, and what only listeners are told, may; so may a calendar, which is a picture of
# time with a list beside it.
CUT = """() => {
  const found = [], range = document.createRange();
  for (const box of document.querySelectorAll('body *')) {
    const style = getComputedStyle(box), edge = box.getBoundingClientRect();
    const hides = ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis';
    if (!hides || box.closest('.grid-schedule') || edge.width < 4 || edge.height < 4) continue;
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode, holder = text.parentElement;
      if (!text.data.trim() || !holder.checkVisibility({visibilityProperty: true})) continue;
      if (holder.closest('.visually-hidden, svg')) continue;
      range.selectNodeContents(text);
      const at = range.getBoundingClientRect();
      if (at.width < 2) continue;
      if (at.right > edge.right + 2 || at.left < edge.left - 2 || at.bottom > edge.bottom + 3)
        found.push(`${box.tagName}.${box.className}: ${text.data.trim().slice(0, 40)}`);
    }
  }
  return [...new Set(found)];
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  // The little calendar inside a field for dates draws a ring of its own; a link may ring its row.
  const inner = ['date', 'time'].includes(one.type) && !one.matches(':focus-visible');
  const rings = each => { const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; };
  const ring = inner || rings(one) || [...document.querySelectorAll('.row, .stat, .card, label')]
    .some(each => each.contains(one) && rings(each));
  const hidden = box.width < 1 || box.bottom < 0 || box.top > innerHeight;
  const words = (one.innerText || one.name || '').slice(0, 30);
  return {ring, hidden, words: `${one.tagName} ${one.id} ${words}`};
}"""


@dataclass
class Watch:
    """What a page complains of while it is open."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def take(self) -> list[str]:
        """What was said since the last time."""
        found, self.complaints[:] = list(self.complaints), []
        return found

    def _said(self, message: ConsoleMessage) -> None:
        # A refused page is an answer; the browser calls it an error.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        here = urlsplit(self.page.url).netloc
        there = urlsplit(request.url)
        away = there.scheme in {"http", "https"} and there.netloc != here
        if here and away and not request.is_navigation_request():
            self.complaints.append(f"asks {request.url}")


def settle(page: Page) -> None:
    """Wait until colours and places have stopped changing."""
    page.evaluate(SETTLED)


def audit(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds."""
    settle(page)
    found = _axe.run(page, options=COLOURS if colours_only else AXE).response["violations"]
    return [
        f"axe {one['id']} at {node['target']}: {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"][:3]
    ]


def look(page: Page) -> list[str]:
    """Everything at once, of a page that is open: light, dark, narrow, and with large text."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    found = audit(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {each}" for each in audit(page, colours_only=True)]
    page.set_viewport_size({"width": 320, "height": 700})
    found += _fits(page, "at 320 px")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += _fits(page, "with text of 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def _fits(page: Page, when: str) -> list[str]:
    settle(page)
    sideways = page.evaluate(SIDEWAYS)
    found = [f"{when} scrolls {sideways} px sideways"] if sideways > 0 else []
    return found + [f"{when} cut off: {each}" for each in page.evaluate(CUT)]


def walk_by_keys(page: Page, *, at_most: int = 150) -> list[str]:
    """Tab from the top to the end: everything shows where one is, and nothing holds one."""
    found: list[str] = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(at_most):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None:
            return found
        if not here["ring"]:
            found.append(f"no ring around {here['words']}")
        if here["hidden"]:
            found.append(f"out of sight: {here['words']}")
    return [*found, f"no end after {at_most} steps"]
