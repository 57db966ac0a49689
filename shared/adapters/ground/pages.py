"""The public site as a stranger's browser gets it: is a page there?"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(8.0, connect=3.0)
REDIRECTS = 3


class SiteUnavailable(Exception):
    """The site gave no usable answer."""


def page_exists(url: str) -> bool:
    """Whether the address answers with a page. Raises SiteUnavailable when nobody answers.

    Only the practice's own host is asked: it does not choose what else this program fetches. The
    page itself is not read.
    """
    at = httpx.URL(url)
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False) as client:
            for _ in range(REDIRECTS + 1):
                with client.stream("GET", at) as answer:
                    status, onward = answer.status_code, answer.next_request
                if onward is None:
                    break
                if onward.url.host != at.host:
                    return False
                at = onward.url
            else:
                return False
    except httpx.HTTPError as error:
        raise SiteUnavailable(type(error).__name__) from error
    if status >= 500:
        raise SiteUnavailable(f"http_{status}")
    return status == 200
