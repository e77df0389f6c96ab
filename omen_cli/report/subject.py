"""The subject of a message: one subject a store and period, so that mail programs keep each apart."""

from omen_cli.model.snapshot import Snapshot
from omen_cli.report.letter_limits import cut
from omen_cli.report.numbers import Numbers

MAX_STORE_NAME = 60


def subject(snapshot: Snapshot, locale: str, *, is_corrected: bool) -> str:
    """Return `NJ Weed Wizard Weekly Snapshot – Jan 5–11, 2026`, with what must be known of it in brackets.

    What stands in the store's name cannot break out of a header.
    """
    marks = {"held": snapshot.hold.held, "corrected": is_corrected, "provisional": snapshot.provisional}
    said = ", ".join(mark for mark, is_so in marks.items() if is_so)
    about = f" ({said})" if said else ""
    return f"{store_name(snapshot)} {snapshot.timeframe.capitalize()} Snapshot{about} – {period(snapshot, locale)}"


def store_name(snapshot: Snapshot) -> str:
    """Return the store's name as a header may hold it: on one line, not too long, no encoded word in it."""
    return " ".join(cut(snapshot.store_name, MAX_STORE_NAME).replace("=?", "= ?").split()) or snapshot.store_id


def period(snapshot: Snapshot, locale: str) -> str:
    """Return which days the snapshot is about, as the store's people write it."""
    about = snapshot.content.period
    numbers = Numbers(locale, snapshot.content.currency)
    return numbers.month(about.start) if about.timeframe == "monthly" else numbers.span(about.start, about.end)
