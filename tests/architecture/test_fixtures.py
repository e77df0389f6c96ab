"""What the fixtures of tests/conftest.py promise to every other test."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.conftest import Run
from tests.factories import STORES


def test_omen_enters_through_main_and_keeps_the_streams_apart(omen):
    run = omen("generate", "--store", "Nobody")
    assert (run.code, run.out) == (3, "")
    assert "stores.yaml" in run.err


def test_json_numbers_with_a_point_are_decimals():
    run = Run(0, '{"ok":true,"data":{"netSales":366.10}}', "")
    assert run.data["netSales"] == Decimal("366.10")


def test_two_stores_answer_and_share_nothing(two_stores):
    run = two_stores.generate("NJWeedWizard", "2026-01-09")
    assert f"{run.id}.json" in two_stores.tree("NJWeedWizard")
    assert two_stores.tree("CaliCannabis") == {}
    assert two_stores.audit("NJWeedWizard")[0]["event"]


def test_the_same_commands_at_the_same_time_write_the_same_bytes(two_stores, tmp_path):
    trees = []
    for store in STORES:
        before = two_stores.generate(store, "2026-01-09").id
        trees.append(two_stores.tree(store))
        assert two_stores.generate(store, "2026-01-09").id == before
        assert two_stores.tree(store) == trees[-1]
    assert trees[0] != trees[1]


def test_the_clock_stands_until_it_is_moved(omen, two_stores, clock):
    began = clock()
    runs = [two_stores.generate("NJWeedWizard", "2026-01-09")]
    clock.advance(hours=1)
    runs.append(two_stores.generate("NJWeedWizard", "2026-01-16"))
    runs.append(omen("generate", "--store", "CaliCannabis", "--json", now="2026-01-12T09:00:00-05:00"))
    made = [datetime.fromisoformat(run.data["results"][0]["entry"]["generatedAt"]) for run in runs]
    assert made == [began, began + timedelta(hours=1), datetime(2026, 1, 12, 14, tzinfo=UTC)]
