"""A page as its reader sees it: words only."""

import html
import re

from werkzeug.test import TestResponse


def words(answer: TestResponse) -> str:
    """The text of a page, scripts and tags left out."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))
