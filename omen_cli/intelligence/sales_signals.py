"""What the sales say: whether they fell, whether they earn less, or nothing.

Source: docs/kpis.md, "signals and verdict".
"""

from decimal import Decimal

from omen_cli.intelligence.rounding import ratio, two_decimals
from omen_cli.intelligence.sales import sales_kpis
from omen_cli.intelligence.situation import Situation, Spoken
from omen_cli.model.facts import WindowSales

_ZERO = Decimal(0)


def decline(of: Situation) -> Spoken | None:
    """Say that net sales a day fell under `sales_decline_pct` of those of the period before."""
    if of.orders is None or of.before is None or of.before.net <= 0:
        return None
    now, before = of.orders.observed, of.before
    least = of.thresholds.sales_decline_pct * before.net * now.span.days
    if 100 * now.net * before.span.days >= least:
        return None
    fall = ratio(before.net * now.span.days - now.net * before.span.days, Decimal(before.span.days)) or _ZERO
    pct = two_decimals(ratio(100 * fall * before.span.days, before.net * now.span.days))
    return Spoken(
        _what_to_find_out(now, before),
        f"net sales a day are {pct} % under those of the period before",
        "by which sales fell short of the rate of the period before",
        fall,
    )


def _what_to_find_out(now: WindowSales, before: WindowSales) -> str:
    """Return what of three took most of the net sales a day away: orders, their size before returns, or returns.

    The three add up to the change a day. They are compared times both counts of days and the orders before, so that
    nothing is divided.
    """
    if not now.orders:
        return "Find out why no order came in"
    days, days_before = now.span.days, before.span.days
    sold, sold_before = now.gross - now.discounts, before.gross - before.discounts
    effects = (
        ((now.orders * days_before - before.orders * days) * sold_before, "fewer orders came in"),
        ((sold * before.orders - sold_before * now.orders) * days_before, "the orders are smaller"),
        ((before.returns * days - now.returns * days_before) * before.orders, "so much came back"),
    )
    return f"Find out why {min(effects, key=lambda effect: effect[0])[1]}"


def margin_compression(of: Situation) -> Spoken | None:
    """Say that the gross margin fell by more than `margin_drop_points`."""
    if of.orders is None or of.before is None:
        return None
    now, before = (sales_kpis(window)["grossMarginPct"] for window in (of.orders.observed, of.before))
    if now is None or before is None or before - now <= of.thresholds.margin_drop_points:
        return None
    return Spoken(
        "Look at discounts and costs",
        f"the gross margin fell by {two_decimals(before - now)} points, to {two_decimals(now)} %",
        "profit that the margin of the period before would have left",
        of.orders.observed.known_net * (before - now) / 100,
    )


def stable(of: Situation) -> Spoken:
    """Say that nothing else speaks, and no more than is known."""
    if not of.has_orders_table:
        return Spoken(
            "Connect the orders", "without orders nobody can say what sells and what runs out", "nothing is known"
        )
    if of.orders is None:
        return Spoken(
            "No sale is known up to this day",
            "the orders begin later, so nobody can say what sells and what runs out",
            "nothing is known",
        )
    nothing_runs_out = "no item that sells well is about to run out"
    if of.before is None:
        return Spoken("Nothing presses", f"{nothing_runs_out}; there is no period before to compare with", "nothing")
    margins = [sales_kpis(window)["grossMarginPct"] for window in (of.orders.observed, of.before)]
    what = "sales did not fall far" if None in margins else "neither sales nor margin fell far"
    return Spoken("Nothing presses", f"{nothing_runs_out}, and {what}", "nothing")
