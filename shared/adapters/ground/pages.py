"""The public site as a stranger's browser gets it: is a page there?"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(8.0, connect=3.0)


class SiteUnavailable(Exception):
    """The site gave no usable answer."""


def page_exists(url: str) -> bool:
    """Whether the address answers with a page. Raises SiteUnavailable when nobody answers."""
    try:
        answer = httpx.get(url, timeout=TIMEOUT, follow_redirects=True, trust_env=False)
    except httpx.HTTPError as error:
        raise SiteUnavailable(type(error).__name__) from error
    if answer.status_code >= 500:
        raise SiteUnavailable(f"http_{answer.status_code}")
    return answer.status_code == 200
