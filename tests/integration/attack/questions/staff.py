"""Accounts of the house and emergency access."""

from collections.abc import Iterator
from datetime import timedelta

from shared.access import accounts, break_glass
from tests.integration.attack.questions import Question
from tests.integration.attack.world import NOW, World


def of_staff(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if name.endswith((".maya", ".rosa", ".tomás", ".left")):
            yield (
                f"access_account {name}",
                lambda s, v, i=key: accounts.access_account(s, viewer=v, account_id=i),
            )
            for late in (0, 29, 31):
                yield (
                    f"open glass {name} +{late}",
                    lambda s, v, i=key, w=late: break_glass.find_open_glass(
                        s,
                        practice_id=v.practice_id,
                        account_id=i,
                        at=NOW + timedelta(minutes=w),
                    ),
                )
        if ".glass-" in name:
            yield (
                f"access_breaking {name}",
                lambda s, v, i=key: break_glass.access_breaking(s, viewer=v, glass_id=i),
            )
    yield "own account", lambda s, v: accounts.access_own_account(s, viewer=v)
    yield "staff", lambda s, v: accounts.list_staff(s, viewer=v)
    yield "breakings", lambda s, v: break_glass.list_breakings(s, viewer=v)
    yield "one breaking", lambda s, v: break_glass.list_breakings(s, viewer=v, limit=1)
    yield "unended glass", lambda s, v: break_glass.lock_unended_glass(s, viewer=v)
