"""The cost table: every part of the ground has its row, and the counts are those of the files."""

from tests.rules.tree import ROOT
from tools import cost_doc, ground

PROMISED = (200, 400)  # dollars a month; docs/promises.md


def counted(words: str) -> float:
    """How many of something the table counts: the item whose words begin so."""
    [item] = [
        item
        for one in cost_doc.told()["component"]
        for item in one["items"]
        if item["what"].startswith(words)
    ]
    return float(item.get("things", item.get("low")))


def of_kind(kind: str) -> list[ground.Resource]:
    return [one for one in ground.resources() if one.kind == kind]


def test_every_type_of_resource_has_a_row_or_costs_nothing() -> None:
    priced = [kind for one in cost_doc.components() for kind in one.resources]
    free = cost_doc.told()["free"]["resources"]
    assert len(priced) == len(set(priced)), "in one row alone"
    assert not set(priced) & set(free)
    there = {one.kind for one in ground.resources()}
    assert there - set(priced) - set(free) == set()
    assert (set(priced) | set(free)) - there == set(), "no row for what is not there"


def test_counts_are_those_of_the_files() -> None:
    watch = ground.local_values("modules/watch")
    alarms = sum(len(watch[name]) for name in ("by_log", "by_metric", "by_absence"))
    others = [
        len(one.body.get("for_each", {None: None}))
        for one in of_kind("aws_cloudwatch_metric_alarm")
        if one.module != "modules/watch"
    ]
    assert counted("alarms") == alarms + sum(others)
    assert counted("metrics of our own") == len(watch["counted"])
    keys = len(of_kind("aws_kms_key")) + 1  # the state's, once in each account
    assert counted("keys") == keys
    endpoints = ground.variables("cell")["interface_endpoints"]["default"]
    assert counted("five services in two zones") == len(endpoints) * 2
    [firewall] = of_kind("aws_wafv2_web_acl")
    assert counted("rules") == len(firewall.body["rule"])
    secrets = len(of_kind("aws_secretsmanager_secret")) + 1  # the administrator's, kept by RDS
    assert counted("secrets") == secrets


def test_processes_are_counted_as_they_are_set() -> None:
    cell = ground.variables("cell")
    tasks = cell["web_min"]["default"] + cell["worker_count"]["default"]
    cores = cell["web_min"]["default"] * cell["web_cpu"]["default"] / 1024 + 0.5
    assert counted("cores") == cores
    assert counted("GB of memory") == tasks * cell["web_memory"]["default"] / 1024
    assert counted("two instances at 0.5") == 2 * cell["database_min"]["default"]


def test_the_sum_lies_in_what_was_said_or_the_page_says_why_not() -> None:
    least, most = PROMISED
    low, high = cost_doc.total()
    assert least <= low <= most
    if high > most:
        assert "passes $400" in cost_doc.rendered()
        kept_low, kept_high = cost_doc.without_levers()
        assert least <= kept_low
        assert kept_high <= most


def test_an_item_is_a_count_at_a_price() -> None:
    for one in cost_doc.told()["component"]:
        for item in one["items"]:
            assert ("things" in item) == ("an_hour" in item), item
            if "things" not in item:
                assert 0 <= item["low"] <= item["high"], item
            low, high = cost_doc.span(item)
            assert 0 <= low <= high


def test_prices_have_a_date_and_a_source() -> None:
    page = cost_doc.rendered()
    assert cost_doc.told()["as_of"] in page
    assert cost_doc.told()["source"] in page


def test_the_deployment_s_page_says_the_same_sums() -> None:
    page = (ROOT / "docs/deploy.md").read_text()
    assert f"**{cost_doc.shown(*cost_doc.total())} dollars**" in page
    assert f"**{cost_doc.shown(*cost_doc.without_levers())}**" in page
