"""Where a person goes after signing in: a path on the face they signed in to, or its home."""

from urllib.parse import urlsplit

FACE_HOME = {"portal": "/portal/", "admin": "/admin/"}

_LONGEST = 512


def safe_return_to(face: str, wanted: str | None) -> str:
    """Return the wanted path when it is safe to follow, otherwise the face's home.

    Safe means: a plain path below the face's own prefix, in printable ASCII, without a scheme,
    a host, a backslash (browsers read it as a slash), a dot segment, or an encoded form of one
    of these. Sign-in pages are refused too: going back to them would be a circle.
    """
    home = FACE_HOME[face]
    if not wanted or len(wanted) > _LONGEST or not _is_plain(wanted):
        return home
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.fragment:
        return home
    if not (parts.path + "/").startswith(home) or parts.path.startswith(f"{home}sign-"):
        return home
    return wanted


def _is_plain(wanted: str) -> bool:
    if not wanted.startswith("/") or wanted.startswith("//"):
        return False
    if any(not "!" <= letter <= "~" or letter == "\\" for letter in wanted):
        return False
    path = wanted.split("?", 1)[0].lower()
    if "%2f" in path or "%5c" in path or "%2e" in path or "//" in path:
        return False
    return not any(segment in {".", ".."} for segment in path.split("/"))
