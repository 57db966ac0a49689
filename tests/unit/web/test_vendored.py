"""What we did not write is exactly what its authors published."""

from hashlib import sha256

from shared.web.assets import STATIC


def test_htmx_is_the_published_file() -> None:
    file = STATIC / "vendor" / "htmx-4.0.1.min.js"
    said, name = (STATIC / "vendor" / "htmx-4.0.1.min.js.sha256").read_text().split()
    assert name == file.name
    assert sha256(file.read_bytes()).hexdigest() == said
    assert said == "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_every_font_travels_with_its_licence() -> None:
    for font in (STATIC / "fonts").glob("*.woff2"):
        assert "SIL Open Font License" in font.with_suffix(".OFL.txt").read_text()
