"""What the index repeats of a snapshot, derived from it and its bytes alone."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date
from hashlib import sha256

from omen_cli.model.content import Content, ItemContent
from omen_cli.model.ids import Timeframe
from omen_cli.model.legacy import AnySnapshot, LegacySnapshot, old_deliveries, was_emailed
from omen_cli.model.snapshot import DiffMetadata, Entry, Snapshot, Summary

Key = tuple[Timeframe, date, int]
_SHARED = tuple(sorted(set(Entry.model_fields) & set(Snapshot.model_fields)))
_MARKS = ("email_sent", "email_sent_at", "email_recipient")
_SUMMED_KPIS = ("netSales", "grossProfit", "grossMarginPct", "inventoryRetailValue")


def entry_of(snapshot: AnySnapshot, raw: bytes) -> Entry:
    """Return the entry of a snapshot whose file holds `raw`; what other files tell (deliveries, successors) is empty.

    `filePath` is relative to the archive's folder, so that an archive may be moved.
    """
    derived: dict[str, object] = {
        "file_path": f"{snapshot.id}.json",
        "size_bytes": len(raw),
        "sha256": sha256(raw).hexdigest(),
        **(_of_legacy(snapshot) if isinstance(snapshot, LegacySnapshot) else _of_content(snapshot)),
    }
    return Entry.model_validate({name: getattr(snapshot, name) for name in _SHARED} | derived)


def _of_content(snapshot: Snapshot) -> dict[str, object]:
    return {
        "status": "held" if snapshot.hold.held else "ok",
        "summary": _summary(snapshot.content),
        "diff_metadata": _diff_metadata(snapshot.content),
    }


def _of_legacy(snapshot: LegacySnapshot) -> dict[str, object]:
    """Return what the entry of an old snapshot says: its marks, and of its numbers those that still mean the same."""
    counts = snapshot.counts.model_dump()
    money = dict.fromkeys(_SUMMED_KPIS)
    return {
        "status": "no_payload" if snapshot.payload is None else "ok",
        "summary": {"itemCount": counts["item_count"], "recommendationCount": counts["recommendation_count"], **money},
        "diff_metadata": {
            "itemsPriced": counts["items_priced"],
            "highestMarginSku": None,
            "lowestMarginSku": None,
            "period": counts["period"],
        },
        **{name: getattr(snapshot, name) for name in _MARKS},
        "email_sent": was_emailed(snapshot),
        "deliveries": old_deliveries(snapshot),
    }


def key_of(entry: Entry) -> Key:
    """Return what at most one entry may have: timeframe, as-of date and version."""
    return entry.timeframe, entry.as_of_date, entry.version


def newest_of(entries: Iterable[Entry], timeframe: Timeframe, as_of_date: date) -> Entry | None:
    """Return the entry of the key with the greatest version; None when there is none."""
    found = [entry for entry in entries if (entry.timeframe, entry.as_of_date) == (timeframe, as_of_date)]
    return max(found, key=lambda entry: entry.version, default=None)


def newest_first(entry: Entry) -> tuple[int, str, int]:
    """Return what sorts entries: as-of dates newest first, then by timeframe, then versions newest first."""
    return -entry.as_of_date.toordinal(), entry.timeframe, -entry.version


def with_successors(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with `supersededBy` as their successors' `supersedes` say, in the order of a shard."""
    ordered = sorted(entries, key=lambda entry: (entry.as_of_date, entry.timeframe, entry.version))
    successor = {entry.supersedes: entry.id for entry in ordered if entry.supersedes}
    return tuple(entry.model_copy(update={"superseded_by": successor.get(entry.id)}) for entry in ordered)


def removable(entries: Iterable[Entry], chosen: Set[str]) -> list[str]:
    """Return the chosen ids but the newest of a key of which a version stays: that one would answer in its place."""
    by_key: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_key[entry.timeframe, entry.as_of_date].append(entry)
    found: list[str] = []
    for versions in by_key.values():
        *older, head = sorted(versions, key=lambda one: one.version)
        found.extend(entry.id for entry in older if entry.id in chosen)
        if head.id in chosen and all(entry.id in chosen for entry in older):
            found.append(head.id)
    return found


def _summary(content: Content) -> Summary:
    kpis = {name: kpi.value for name, kpi in content.kpis.items()}
    return Summary.model_validate(
        {name: kpis.get(name) for name in _SUMMED_KPIS}
        | {"itemCount": len(content.items), "recommendationCount": len(content.recommendations)}
    )


def _diff_metadata(content: Content) -> DiffMetadata:
    priced = [item for item in content.items if _is_priced(item)]
    by_margin = sorted(priced, key=lambda item: (item.margin_pct, item.sku))
    highest = max((item.margin_pct for item in priced if item.margin_pct is not None), default=None)
    return DiffMetadata(
        items_priced=len(priced),
        highest_margin_sku=next((item.sku for item in by_margin if item.margin_pct == highest), None),
        lowest_margin_sku=next((item.sku for item in by_margin), None),
        period=f"{content.period.start.isoformat()}/{content.period.end.isoformat()}",
    )


def _is_priced(item: ItemContent) -> bool:
    """Tell whether the item has a price > 0 and a known cost; only then it has a margin."""
    return item.margin_pct is not None
