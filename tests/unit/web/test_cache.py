"""What many readers share for some minutes: made once, for each key, and anew when it is old."""

import threading
import time

import pytest

from shared.web.cache import Cache


def test_value_is_made_once_while_the_others_wait() -> None:
    cache, made, got = Cache(), [], []

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return len(made)

    def read() -> None:
        got.append(cache.get("figures", seconds=60, make=make))

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert got == [1] * 8


def test_value_is_made_anew_when_it_is_old() -> None:
    cache, made = Cache(), iter(range(9))
    assert cache.get("figures", seconds=0, make=lambda: next(made)) == 0
    assert cache.get("figures", seconds=60, make=lambda: next(made)) == 1
    assert cache.get("figures", seconds=60, make=lambda: next(made)) == 1


def test_keys_do_not_share() -> None:
    cache = Cache()
    assert cache.get(("figures", "seagrape"), seconds=60, make=lambda: "theirs") == "theirs"
    assert cache.get(("figures", "ironbound"), seconds=60, make=lambda: "ours") == "ours"


def test_failure_is_not_kept() -> None:
    cache = Cache()
    with pytest.raises(ZeroDivisionError):
        cache.get("figures", seconds=60, make=lambda: 1 // 0)
    assert cache.get("figures", seconds=60, make=lambda: 2) == 2
