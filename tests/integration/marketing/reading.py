"""Reading the site as a visitor, a cache and a search engine would."""

import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.visiting import forget_last_request

HOSTS = {"seagrape": "localhost", "ironbound": "ironbound.localhost"}
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
LOCATION = re.compile(r"<loc>([^<]*)</loc>")


class Reader:
    """Somebody on one practice's site, without cookies."""

    def __init__(self, app: Flask, host: str = "localhost") -> None:
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.base = f"http://{host}"

    def get(self, path: str, **headers: str) -> TestResponse:
        """A page; headers as keywords, `accept_encoding="gzip"`."""
        forget_last_request()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, base_url=self.base, headers=named)

    def map(self) -> list[str]:
        """Every path of the sitemap."""
        found = LOCATION.findall(self.get("/sitemap.xml").text)
        assert all(each.startswith(self.base) for each in found)
        return [each.removeprefix(self.base) for each in found]


def data_of(answer: TestResponse) -> list[dict[str, Any]]:
    """The structured data of a page."""
    return [json.loads(each) for each in DATA.findall(answer.text)]
