"""Which keys stores.yaml may hold at each place, for messages about those that it may not."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import get_args

from omen_cli.config.fields import Frozen
from omen_cli.config.inputs import CostsColumn, InventoryColumn, OrdersColumn, StoreInputs
from omen_cli.config.problems import Loc
from omen_cli.config.sections import AccessSettings, DiskSettings, LimitSettings, MailSettings
from omen_cli.config.settings import Settings, StoreDefaults, StoreSettings
from omen_cli.model.ids import TIMEFRAMES
from omen_cli.model.sources import SourceSpec
from omen_cli.model.thresholds import ItemThresholds, Thresholds


def _keys(model: type[Frozen | SourceSpec | ItemThresholds]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


_SOURCE = ("stores", "*", "sources")
_KNOWN: Mapping[Loc, tuple[str, ...]] = {
    (): ("version", "data", "defaults", *(key for key in _keys(Settings) if key not in {"path", "version", "data"})),
    ("defaults",): _keys(StoreDefaults),
    ("mail",): _keys(MailSettings),
    ("disk",): _keys(DiskSettings),
    ("limits",): _keys(LimitSettings),
    ("access",): _keys(AccessSettings),
    ("stores", "*"): tuple(key for key in _keys(StoreSettings) if key != "store_id"),
    ("stores", "*", "schedule"): TIMEFRAMES,
    ("stores", "*", "thresholds"): _keys(Thresholds),
    ("stores", "*", "thresholds", "categories", "*"): _keys(ItemThresholds),
    _SOURCE: _keys(StoreInputs),
    **{(*_SOURCE, role): _keys(SourceSpec) for role in _keys(StoreInputs)},
    (*_SOURCE, "inventory", "columns"): get_args(InventoryColumn),
    (*_SOURCE, "orders", "columns"): get_args(OrdersColumn),
    (*_SOURCE, "costs", "columns"): get_args(CostsColumn),
}


def unknown_key(loc: Loc) -> str:
    """Return what to say about a key that has no place at `loc`: the likeliest one that has, else all that have."""
    parent = (loc[0], "*", *loc[2:-1]) if len(loc) > 2 and loc[0] == "stores" else loc[:-1]
    if parent[2:4] == ("thresholds", "categories"):
        parent = (*parent[:4], "*", *parent[5:])
    known = _KNOWN.get(parent, ())
    near = get_close_matches(str(loc[-1])[:50], known, n=1)
    return f"unknown key; did you mean {near[0]}?" if near else f"unknown key; known here: {', '.join(known)}"
