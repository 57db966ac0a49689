"""What is kept of a browser and of a network."""

import pytest

from shared.auth.devices import describe_device
from shared.auth.limits import network_of


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 15) Chrome/156 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/19 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156 Safari/537 Edg/156", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Firefox/153.0", "Firefox on Linux"),
        ("<script>alert(1)</script>", "A browser on an unknown system"),
        ("", "A browser on an unknown system"),
    ],
)
def test_describe_device_names_browser_and_system(user_agent: str, words: str) -> None:
    assert describe_device(user_agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_network_of_is_one_subscriber(address: str | None, network: str) -> None:
    assert network_of(address) == network
