"""Memory, clock and faults without a process around them."""

import json
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.sandbox.clock import SandboxClock
from shared.sandbox.faults import FOREVER, FaultError, list_faults, set_fault, take_fault
from shared.sandbox.settings import load_settings, read_webhooks
from shared.sandbox.store import Store


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "sandbox.sqlite3")
    yield opened
    opened.close()


def fail_inside(store: Store) -> None:
    with store.transaction():
        with store.transaction():
            store.remember("a", "1")
        raise RuntimeError


def test_inner_transaction_falls_with_the_outer(store):
    with pytest.raises(RuntimeError):
        fail_inside(store)
    assert store.setting("a") is None


def test_failing_inner_transaction_leaves_the_lock_usable(store):
    with store.transaction():
        with pytest.raises(RuntimeError), store.transaction():
            raise RuntimeError
        store.remember("b", "2")
    assert store.setting("b") == "2"


def test_sixteen_threads_count_without_loss(store):
    store.remember("n", "0")

    def add() -> None:
        for _ in range(25):
            with store.transaction():
                store.remember("n", str(int(store.setting("n")) + 1))

    threads = [threading.Thread(target=add) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.setting("n") == "400"


def test_times_are_counted_down_and_forever_stays(store):
    set_fault(store, "ses", "status", "503", 2)
    assert [take_fault(store, "ses") is not None for _ in range(3)] == [True, True, False]
    set_fault(store, "kms", "delay", "1", FOREVER)
    assert all(take_fault(store, "kms") for _ in range(5))
    assert take_fault(store, "s3") is None


def test_off_lifts_only_its_own_service(store):
    set_fault(store, "ses", "status", "503", 0)
    set_fault(store, "stripe", "status", "500", 0)
    set_fault(store, "ses", "off", "", 0)
    assert [fault.service for fault in list_faults(store)] == ["stripe"]
    with pytest.raises(FaultError):
        set_fault(store, "stripe", "reorder", "", 0)


def test_tomorrow_is_wall_time_on_both_dst_nights(tmp_path):
    zone = ZoneInfo("America/New_York")
    clock = SandboxClock(tmp_path)
    for evening in (datetime(2027, 3, 13, 20, tzinfo=zone), datetime(2027, 11, 6, 20, tzinfo=zone)):
        clock.set_to(evening)
        clock.to_tomorrow(8, zone)
        there = clock.now().astimezone(zone)
        assert (there.date(), there.hour) == (evening.date() + timedelta(days=1), 8)
        assert there.minute == 0


def test_clock_file_is_what_the_product_reads_and_survives_nonsense(tmp_path):
    clock = SandboxClock(tmp_path)
    clock.advance(90)
    assert json.loads((tmp_path / "clock.json").read_text()) == {"offset_seconds": 90}
    (tmp_path / "clock.json").write_text("half a fi")
    assert clock.offset() == 0
    with pytest.raises(ValueError, match="zone"):
        clock.set_to(datetime(2027, 1, 1))  # noqa: DTZ001  the point of the test
    with pytest.raises(ValueError, match="twenty"):
        clock.set_to(datetime(2090, 1, 1, tzinfo=UTC))


def test_settings_have_development_defaults(tmp_path):
    settings = load_settings(8001, {"BEDSIDE_DATA": str(tmp_path)})
    assert settings.people_url == "http://sandbox.localhost:8001"
    assert settings.sns_url == "http://127.0.0.1:8001"
    assert settings.webhooks == {}
    hooks = read_webhooks('{"sns": [{"url": "http://127.0.0.1:1/", "host": "localhost:8000"}]}')
    assert hooks["sns"][0].host == "localhost:8000"
