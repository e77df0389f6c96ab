"""Which snapshots stay: rules as restic has them, for each timeframe by itself; pure, nothing is removed here.

A rule picks among the newest versions by their as-of dates; superseded versions have a rule of their own. Source of
the rules: restic's `forget` (docs/decisions/0010).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from omen_cli.model.ids import TIMEFRAMES
from omen_cli.model.snapshot import Entry
from omen_cli.model.span import Span


@dataclass(frozen=True)
class Policy:
    """What to keep; None is a rule that was not given.

    Without any rule for newest versions they all stay, without `superseded` all older versions of what stays do.
    `within` counts back from the newest as-of date of the timeframe, `superseded` from today to the day on which a
    version was superseded.
    """

    last: int | None = None
    daily: int | None = None
    weekly: int | None = None
    monthly: int | None = None
    yearly: int | None = None
    within: Span | None = None
    superseded: Span | None = None

    def __str__(self) -> str:
        """Return the rules as they are typed."""
        return " ".join(f"--keep-{name} {value}" for name, value in vars(self).items() if value is not None)

    @property
    def has_rule_for_newest(self) -> bool:
        """Tell whether newest versions may be removed at all."""
        return any((self.last, self.daily, self.weekly, self.monthly, self.yearly, self.within))


@dataclass(frozen=True)
class Verdict:
    """What becomes of an entry: it is removed when there is no reason to keep it."""

    entry: Entry
    reasons: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Tell whether it stays."""
        return bool(self.reasons)


def decide(entries: Iterable[Entry], policy: Policy, stay: frozenset[str], today: date) -> tuple[Verdict, ...]:
    """Return a verdict on every entry: by timeframe, as-of dates newest first, versions newest first.

    Args:
        entries: of one store, in any order.
        policy: the rules.
        stay: ids that stay in any case, and the newer versions of their keys with them.
        today: the day that it is at the store.
    """
    verdicts: list[Verdict] = []
    for timeframe in TIMEFRAMES:
        keys: dict[date, list[Entry]] = {}
        for entry in entries_of(entries, timeframe):
            keys.setdefault(entry.as_of_date, []).append(entry)
        reasons = _reasons([versions[0] for versions in keys.values()], policy)
        for day, versions in keys.items():
            verdicts.extend(_verdicts(versions, reasons[day], policy, stay, today))
    return tuple(verdicts)


def entries_of(entries: Iterable[Entry], timeframe: str) -> list[Entry]:
    """Return the entries of a timeframe, newest as-of date first, then newest version."""
    found = [entry for entry in entries if entry.timeframe == timeframe]
    return sorted(found, key=lambda entry: (entry.as_of_date, entry.version), reverse=True)


def _reasons(newest: Sequence[Entry], policy: Policy) -> dict[date, tuple[str, ...]]:
    """Return why the newest version of each as-of date stays; `newest` are in order, newest first."""
    days = [entry.as_of_date for entry in newest]
    if not policy.has_rule_for_newest:
        return dict.fromkeys(days, ("no rule",))
    found: dict[date, list[str]] = {day: [] for day in days}
    for name, count, bucket in _buckets(policy):
        for day, is_oldest in _picked(days, count, bucket):
            found[day].append(f"{name} (oldest)" if is_oldest else name)
    if policy.within and days:
        limit = policy.within.before(days[0])
        for day in days:
            if day > limit or day == days[0]:
                found[day].append(f"within {policy.within}")
    return {day: tuple(reasons) for day, reasons in found.items()}


def _buckets(policy: Policy) -> Iterable[tuple[str, int, Callable[[date], object]]]:
    rules: tuple[tuple[str, int | None, Callable[[date], object]], ...] = (
        ("last", policy.last, lambda day: day),
        ("daily", policy.daily, lambda day: day),
        ("weekly", policy.weekly, lambda day: day.isocalendar()[:2]),
        ("monthly", policy.monthly, lambda day: (day.year, day.month)),
        ("yearly", policy.yearly, lambda day: day.year),
    )
    return ((name, count, bucket) for name, count, bucket in rules if count)


def _picked(days: Sequence[date], count: int, bucket: Callable[[date], object]) -> list[tuple[date, bool]]:
    """Return the newest day of each of the newest `count` buckets; while they do not suffice, the oldest day, too.

    With each day stands whether it was only picked as the oldest.
    """
    first: dict[object, date] = {}
    for day in days:
        first.setdefault(bucket(day), day)
    picked = list(first.values())[:count]
    has_room = len(picked) < count and bool(days) and days[-1] not in picked
    return [*((day, False) for day in picked), *((day, True) for day in days[-1:] if has_room)]


def _verdicts(
    versions: Sequence[Entry], reasons: tuple[str, ...], policy: Policy, stay: frozenset[str], today: date
) -> Iterable[Verdict]:
    """Yield the verdicts on one key: when its newest version goes, all of them do, or an old one would answer."""
    bound = tuple(entry.id for entry in versions if entry.id in stay)
    if not reasons and bound:
        reasons = (
            "a delivery is not final" if versions[0].id in bound else "an older version's delivery is not final",
        )
    for index, entry in enumerate(versions):
        if entry.id in stay:
            yield Verdict(entry, ("a delivery is not final",))
        elif index == 0 or not reasons:
            yield Verdict(entry, reasons)
        else:
            yield Verdict(entry, _why_superseded_stays(versions[index - 1], policy, today))


def _why_superseded_stays(successor: Entry, policy: Policy, today: date) -> tuple[str, ...]:
    if policy.superseded is None:
        return ("superseded, no rule",)
    is_recent = successor.generated_at.date() > policy.superseded.before(today)
    return (f"superseded within {policy.superseded}",) if is_recent else ()
