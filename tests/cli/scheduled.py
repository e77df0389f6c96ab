"""Two stores with schedules, and what the tests of `omen run` look at."""

from tests.cli.stores import CALI, NJ, configure
from tests.conftest import TwoStores

NJ_OWNER, CALI_OWNER = "owner@njweedwizard.example", "owner@calicannabis.example"
NJ_DUE, CALI_DUE = "2026-01-19T13:00:00+00:00", "2026-01-19T16:00:00+00:00"  # Monday 08:00 in each store's zone
WEEK = "2026-01-18"


def schedule(stores: TwoStores, nj: str = "{weekly: MON 08:00}", cali: str = "{weekly: MON 08:00}") -> None:
    """Give each store a schedule; "" for none."""
    for owner, text in ((NJ_OWNER, nj), (CALI_OWNER, cali)):
        if text:
            configure(stores, f"recipients: [{owner}]\n", f"recipients: [{owner}]\n    schedule: {text}\n")


def periods(stores: TwoStores, store: str = NJ, timeframe: str = "weekly") -> list[str]:
    """Return the as-of dates of a store's snapshot files, one a version, oldest first."""
    names = sorted(path.name for path in stores.archive(store).glob(f"snapshot_{timeframe}_*.json"))
    return [name.split("_")[2] for name in names]


__all__ = ["CALI", "CALI_DUE", "CALI_OWNER", "NJ", "NJ_DUE", "NJ_OWNER", "WEEK", "periods", "schedule"]
