"""The address of a shared link's picture: its words, and a hash that nobody else can make."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from marketing.facts.practice import Facts
from shared.web.current import settings

LONGEST = 120  # letters that fit on the picture


def picture_address(known: Facts, words: str) -> str:
    """`/og/<words>.<signature>.png`: words nobody signed are not drawn."""
    packed = urlsafe_b64encode(words[:LONGEST].encode()).decode().rstrip("=")
    return f"/og/{packed}.{_signature(known, packed)}.png"


def read_words(known: Facts, packed: str, signature: str) -> str | None:
    """The words of an address we made for this practice; None for any other."""
    if not hmac.compare_digest(_signature(known, packed).encode(), signature.encode()):
        return None
    try:
        return urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (NotBase64, UnicodeDecodeError):
        return None


def _signature(known: Facts, packed: str) -> str:
    where = known.practice
    brand = sorted((name, str(value)) for name, value in where.brand.items())
    text = f"og 1|{where.slug}|{where.name}|{brand}|{packed}"
    return hmac.new(settings().secret_key.encode(), text.encode(), sha256).hexdigest()[:20]
