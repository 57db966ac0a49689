"""Links into the portal follow the canonical hosts of the two faces."""

import pytest

from marketing.facts.practice import Facts
from shared.practices.hosts import PracticeView

WHERE = PracticeView.__new__(PracticeView)


@pytest.mark.parametrize(
    ("portal", "link"),
    [
        ("https://portal.a.example", "https://portal.a.example/portal/book/x"),
        ("https://www.a.example", "/portal/book/x"),
    ],
)
def test_portal_is_a_path_only_on_the_same_host(portal: str, link: str) -> None:
    facts = Facts(WHERE, (), (), "https://www.a.example", portal, live=True)
    assert facts.portal("/portal/book/x") == link
    assert facts.absolute("/faq") == "https://www.a.example/faq"
