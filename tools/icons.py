"""Make shared/web/icons/sprite.svg anew: `python -m tools.icons <folder of Lucide's svg files>`.

shared/web/icons/names.txt says which icons the product uses: our name, then Lucide's. The folder is
`icons` of the npm package lucide-static. A test keeps the list, the sprite and the templates in
step, so that nothing is drawn that no page shows.
"""

import re
import sys
from pathlib import Path

from shared.web.icons import NAMES, SPRITE, listed

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Lucide, ISC licence: see LICENSE.txt -->\n'


def drawing(svg: str) -> str:
    """What stands inside an icon's <svg>, on one line."""
    found = _DRAWING.search(_COMMENT.sub("", svg))
    if found is None:
        raise ValueError("not an icon")
    return re.sub(r"\s*/>", "/>", "".join(line.strip() for line in found[1].splitlines()))


def sprite(folder: Path) -> str:
    """One <symbol> an icon, in the order of the list."""
    symbols = [
        f'<symbol id="{name}" viewBox="0 0 24 24">'
        f"{drawing((folder / f'{source}.svg').read_text())}</symbol>\n"
        for name, source in listed(NAMES.read_text()).items()
    ]
    return HEAD + "".join(symbols) + "</svg>\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    SPRITE.write_text(sprite(Path(sys.argv[1])))
    print("Wrote", SPRITE)


if __name__ == "__main__":
    main()
