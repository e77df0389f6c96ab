"""Two snapshots of one store become what differs between them: pure, no clock, no disk."""

from decimal import localcontext

from omen_cli.intelligence.diff_causes import causes
from omen_cli.intelligence.diff_items import items_that_moved
from omen_cli.intelligence.diff_numbers import kpi_differences
from omen_cli.intelligence.rounding import EXACT
from omen_cli.model.changes import fields_that_differ
from omen_cli.model.content import Content, ItemContent, Recommendation
from omen_cli.model.difference import (
    ComparedSnapshot,
    Difference,
    HoldDifference,
    StockDifference,
    VerdictDifference,
    VerdictSide,
)
from omen_cli.model.snapshot import Snapshot


def diff(before: Snapshot, now: Snapshot) -> Difference:
    """Return all that differs between two snapshots; numbers are compared as they are kept, rounded.

    Raises:
        ValueError: they are not of one store.
    """
    if before.store_id != now.store_id:
        raise ValueError(f"{before.id} and {now.id} are not of one store")
    was, is_now = before.content, now.content
    is_one_currency = was.currency == is_now.currency
    with localcontext(EXACT):
        return Difference(
            store_id=now.store_id,
            store_name=now.store_name,
            before=_side(before),
            now=_side(now),
            same_content=before.content_sha256 == now.content_sha256,
            differs=fields_that_differ(was.plain(), is_now.plain()),
            why=causes(before, now),
            verdict=_verdict(was, is_now),
            hold=_hold(before, now),
            stock=None if was.stock == is_now.stock else StockDifference(before=was.stock, now=is_now.stock),
            kpis=kpi_differences(was.kpis, is_now.kpis, is_one_currency=is_one_currency),
            recommendations_new=_advice_only_in(is_now, was),
            recommendations_gone=_advice_only_in(was, is_now),
            recommendations_kept=len(is_now.recommendations) - len(_advice_only_in(is_now, was)),
            items=items_that_moved(was.items, is_now.items, is_one_currency=is_one_currency),
            items_new=_items_only_in(is_now, was),
            items_gone=_items_only_in(was, is_now),
        )


def _side(snapshot: Snapshot) -> ComparedSnapshot:
    return ComparedSnapshot(
        id=snapshot.id,
        timeframe=snapshot.timeframe,
        as_of_date=snapshot.as_of_date,
        days=snapshot.content.period.days,
        observed_days=snapshot.content.period.observed_days,
        version=snapshot.version,
        currency=snapshot.content.currency,
        generated_at=snapshot.generated_at,
        omen_version=snapshot.omen_version,
        kpi_version=snapshot.content.kpi_version,
        provisional=snapshot.provisional,
        held=snapshot.hold.held,
        content_sha256=snapshot.content_sha256,
    )


def _verdict(before: Content, now: Content) -> VerdictDifference | None:
    if before.verdict == now.verdict:
        return None
    return VerdictDifference(before=_verdict_side(before), now=_verdict_side(now))


def _verdict_side(content: Content) -> VerdictSide:
    verdict = content.verdict
    by_name = {signal.name: signal for signal in content.signals}
    said, then = by_name.get(verdict.signal), by_name.get(verdict.runner_up) if verdict.runner_up else None
    return VerdictSide(
        signal=verdict.signal,
        runner_up=verdict.runner_up,
        runner_up_action=then.action if then else None,
        action=said.action if said else "",
        reason=said.reason if said else "",
    )


def _hold(before: Snapshot, now: Snapshot) -> HoldDifference | None:
    if (before.hold.held, before.hold.reasons) == (now.hold.held, now.hold.reasons):
        return None
    return HoldDifference(before=before.hold, now=now.hold)


def _advice_only_in(content: Content, other: Content) -> tuple[Recommendation, ...]:
    known = {(one.sku, one.action) for one in other.recommendations}
    return tuple(one for one in content.recommendations if (one.sku, one.action) not in known)


def _items_only_in(content: Content, other: Content) -> tuple[ItemContent, ...]:
    known = {item.sku for item in other.items}
    return tuple(item for item in content.items if item.sku not in known)
