"""What differs between two snapshots, as a person reads it: which two, why, KPIs, recommendations, items."""

from collections.abc import Iterator

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Recommendation
from omen_cli.model.difference import ComparedSnapshot, Difference, NumberDifference, VerdictDifference, VerdictSide
from omen_cli.model.item_name import item_name
from omen_cli.report.difference_causes import causes
from omen_cli.report.difference_items import items
from omen_cli.report.labels import ACTION_LABELS, SALES_LABELS, SIGNAL_LABELS, STOCK_LABELS
from omen_cli.report.numbers import Numbers

MAX_RECOMMENDATIONS = 10
_KPI_LABELS = SALES_LABELS | STOCK_LABELS
_KPI_COLUMNS = ("KPI", "before", "now", "change", "change %")


def difference(found: Difference, locale: str, *, shows_all: bool = False) -> tuple[Block, ...]:
    """Return the blocks of a difference, in reading order.

    Args:
        found: what differs.
        locale: how the store's people write numbers.
        shows_all: every KPI, equal ones too, and no list cut short.
    """
    was, is_now = (Numbers(locale, side.currency) for side in (found.before, found.now))
    return (
        *_title(found),
        *_hold(found),
        *_verdict(found.verdict),
        *causes(found, is_now, shows_all=shows_all),
        *kpis(found, was, is_now, shows_all=shows_all),
        *_recommendations(found, was, is_now, shows_all=shows_all),
        *items(found, was, is_now, shows_all=shows_all),
    )


def _title(found: Difference) -> Iterator[Block]:
    before, now = found.before, found.now
    if (before.timeframe, before.as_of_date) == (now.timeframe, now.as_of_date):
        which = f"{now.timeframe} snapshot of {now.as_of_date}, version {before.version} against {now.version}"
    else:
        frames = " and ".join(dict.fromkeys((before.timeframe, now.timeframe)))
        which = f"{frames} snapshots, {before.as_of_date} against {now.as_of_date}"
    yield Heading(f"{found.store_name}: {which}")
    columns = ("", "v", "status", "made", "id")
    rows = (("before", *_side(before)), ("now", *_side(now)))
    whole = frozenset({"id", "made", ""})
    yield Table(columns, rows, right=frozenset({"v"}), whole=whole, first=("id", "", "status", "v", "made"))
    if found.same_content:
        yield Paragraph("The contents are the same, to the byte.")


def _side(side: ComparedSnapshot) -> tuple[str, ...]:
    marks = [mark for mark, is_so in (("held", side.held), ("provisional", side.provisional)) if is_so]
    made = side.generated_at.isoformat(sep=" ", timespec="minutes")
    return str(side.version), ",".join(marks) or "ok", made, side.id


def _hold(found: Difference) -> Iterator[Block]:
    if found.hold is None:
        return
    was, is_now = ("; ".join(hold.reasons) for hold in (found.hold.before, found.hold.now))
    if not found.hold.now.held:
        yield Paragraph(f"No longer held. Before: {was}")
    elif found.hold.before.held:
        yield Paragraph(f"HELD, as before, for other reasons: {is_now}. Before: {was}", is_alarming=True)
    else:
        yield Paragraph(f"HELD now, not to be sent: {is_now}", is_alarming=True)


def _verdict(found: VerdictDifference | None) -> Iterator[Block]:
    if found is None:
        return
    was, is_now = found.before, found.now
    label = "Now" if is_now.signal == "STABLE" else "Do first"
    if (was.signal, was.action) == (is_now.signal, is_now.action):
        yield Paragraph(f"{label}, as before: {_first(is_now)}")
    else:
        yield Paragraph(f"{label}: {_with_reason(is_now)}")
        yield Paragraph(f"Before: {_with_reason(was)}")
    if was.signal == is_now.signal:
        yield Paragraph(f"Then: {_then(is_now)}. Before: {_then(was)}")


def _with_reason(side: VerdictSide) -> str:
    return f"{_first(side)}: {side.reason}" if side.reason else _first(side)


def _first(side: VerdictSide) -> str:
    return side.action or SIGNAL_LABELS[side.signal]


def _then(side: VerdictSide) -> str:
    if side.runner_up is None:
        return "nothing else"
    return side.runner_up_action or SIGNAL_LABELS[side.runner_up]


def kpis(found: Difference, was: Numbers, is_now: Numbers, *, shows_all: bool) -> Iterator[Block]:
    """Yield the KPIs that differ, or all, in reading order, with how many do as their heading."""
    shown = [one for one in found.kpis if shows_all or one.differs]
    if not shown:
        if not found.same_content:
            yield Heading("KPIs: none differs")
        return
    count = sum(one.differs for one in found.kpis)
    yield Heading(f"KPIs: {count} of {len(found.kpis)} differ" if count != 1 else "KPIs: one differs")
    order = {name: at for at, name in enumerate(_KPI_LABELS)}
    shown.sort(key=lambda one: order.get(one.name, len(order)))
    rows = tuple(_kpi_row(one, was, is_now) for one in shown)
    yield Table(_KPI_COLUMNS, rows, right=frozenset(_KPI_COLUMNS[1:]), first=_KPI_COLUMNS)


def _kpi_row(one: NumberDifference, was: Numbers, is_now: Numbers) -> tuple[str, ...]:
    return (
        _KPI_LABELS.get(one.name, one.name),
        was.amount(one.before, one.unit),
        is_now.amount(one.now, one.unit),
        is_now.signed(one.change, one.unit),
        is_now.change(one.change_pct, "%"),
    )


def _recommendations(found: Difference, was: Numbers, is_now: Numbers, *, shows_all: bool) -> Iterator[Block]:
    new, gone = found.recommendations_new, found.recommendations_gone
    if found.same_content:
        return
    yield Heading(f"Recommendations: {len(new)} new, {len(gone)} gone, {found.recommendations_kept} as before")
    if not (new or gone):
        return
    most = None if shows_all else MAX_RECOMMENDATIONS
    rows = [_advice_row("new", one, is_now) for one in new[:most]]
    rows += [_advice_row("gone", one, was) for one in gone[:most]]
    yield Table(("change", "action", "item", "why", "at stake"), tuple(rows), right=frozenset({"at stake"}))
    if len(rows) < len(new) + len(gone):
        yield Paragraph(f"{len(new) + len(gone) - len(rows)} more of them: --all shows every one")


def _advice_row(change: str, one: Recommendation, numbers: Numbers) -> tuple[str, ...]:
    item = item_name(one.sku, one.name, one.unit)
    return change, ACTION_LABELS[one.action], item, one.reason, numbers.amount(one.money_at_stake, "money")
