"""Thresholds enter a snapshot and come back from it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.snapshot import SettingsEntered
from omen_cli.model.thresholds import Thresholds

QUANTITIES = st.decimals(0, 10**6, places=3)


@given(QUANTITIES, QUANTITIES, st.integers(0, 10**6))
def test_what_a_snapshot_records_comes_back_equal(low, high, days):
    low, high = sorted((low, high))
    thresholds = Thresholds(low_stock_min=low, low_stock_max=high, reorder_days=days)
    entered = SettingsEntered(timezone="UTC", currency="USD", thresholds=thresholds.entered())

    read = SettingsEntered.model_validate(load_strict(dump_canonical(entered.plain())))

    assert Thresholds.of_entered(read.thresholds) == thresholds
    assert Thresholds.of_entered(read.thresholds).entered() == thresholds.entered()


@pytest.mark.parametrize(
    "changes",
    [
        {"luckMin": Decimal(1)},
        {"reorderDays": Decimal("1.5")},
        {"lowStockMax": Decimal(-1)},
        {"lowStockMin": Decimal(9)},
    ],
    ids=str,
)
def test_what_no_store_can_have_does_not(changes):
    with pytest.raises(ValueError, match="validation error"):
        Thresholds.of_entered(Thresholds().entered() | changes)
