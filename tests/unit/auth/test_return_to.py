"""The way back after signing in can only lead to the same face of the same host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.auth.return_to import FACE_HOME, safe_return_to


@pytest.mark.parametrize(
    "wanted",
    [
        "/portal/",
        "/portal/appointments/01930000-0000-7000-8000-000000000001/payment",
        "/portal/book/first-visit?day=2027-01-04&zone=America/New_York",
    ],
)
def test_safe_return_to_keeps_a_path_of_the_face(wanted: str) -> None:
    assert safe_return_to("portal", wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "portal/",
        "https://evil.example/portal/",
        "//evil.example/portal/",
        "///evil.example",
        "/\\evil.example",
        "/portal\\..\\admin",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/portal/../admin/",
        "/portal/./x",
        "/portal/%2e%2e/admin/",
        "/portal/%2F%2Fevil.example",
        "/portal//evil.example",
        "/portal/x#//evil.example",
        "/portal/\r\nSet-Cookie: a=b",
        "/portal/\tx",
        "/portal/ x",
        "/portal/\u2215x",
        "/portalish/x",
        "/admin/",
        "/hooks/stripe/practice",
        "/portal/sign-in/",
        "/portal/sign-out",
        "/portal/" + "a" * 600,
    ],
)
def test_safe_return_to_falls_back_to_home_when_the_path_could_lead_astray(
    wanted: str | None,
) -> None:
    assert safe_return_to("portal", wanted) == FACE_HOME["portal"]


@given(st.sampled_from(["portal", "admin"]), st.text(max_size=60))
def test_safe_return_to_always_answers_with_a_path_of_the_face(face: str, wanted: str) -> None:
    assert safe_return_to(face, wanted).startswith(f"/{face}")
