"""Why two snapshots differ, as far as they record it: files, settings, the program, the period."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from itertools import chain

from omen_cli.model.causes import Causes, InputChange, InputVerb
from omen_cli.model.changes import setting_changes
from omen_cli.model.snapshot import Snapshot
from omen_cli.model.sources import InputFile, Role

_ROLES: tuple[Role, ...] = ("inventory", "orders", "costs")
_Likeness = Callable[[InputFile], tuple[str, ...]]
_LIKENESSES: tuple[_Likeness, ...] = (
    lambda one: (one.role, one.name, one.sha256),
    lambda one: (one.role, one.name),
    lambda one: (one.role, one.sha256),
)


def causes(before: Snapshot, now: Snapshot) -> Causes:
    """Return what two snapshots were not made of alike."""
    programs = {(one.omen_version, one.content.kpi_version) for one in (before, now)}
    periods = {(one.timeframe, one.as_of_date) for one in (before, now)}
    return Causes(
        is_other_period=len(periods) > 1,
        is_other_program=len(programs) > 1,
        inputs=_input_changes(before.inputs, now.inputs),
        settings=setting_changes(before.settings, now.settings),
    )


def _input_changes(before: Sequence[InputFile], now: Sequence[InputFile]) -> tuple[InputChange, ...]:
    """Return the files that are not the same, by table, then by name.

    Files are held against each other by name and hash, those left over by name, then by hash: one name may stand for
    several files, of several folders.
    """
    was, is_now = list(before), list(now)
    pairs: list[tuple[InputFile | None, InputFile | None]] = []
    for likeness in _LIKENESSES:
        pairs += _taken_alike(was, is_now, likeness)
    pairs += [(one, None) for one in was] + [(None, one) for one in is_now]
    found = (_change(*pair) for pair in pairs)
    return tuple(sorted((one for one in found if one is not None), key=_place))


def _taken_alike(
    was: list[InputFile], is_now: list[InputFile], likeness: _Likeness
) -> list[tuple[InputFile, InputFile]]:
    """Return the pairs of files that are alike, the first with the first, and take them out of both lists."""
    waiting: defaultdict[tuple[str, ...], deque[InputFile]] = defaultdict(deque)
    for one in was:
        waiting[likeness(one)].append(one)
    pairs: list[tuple[InputFile, InputFile]] = []
    left: list[InputFile] = []
    for one in is_now:
        alike = waiting[likeness(one)]
        if alike:
            pairs.append((alike.popleft(), one))
        else:
            left.append(one)
    was[:], is_now[:] = chain.from_iterable(waiting.values()), left
    return pairs


def _change(before: InputFile | None, now: InputFile | None) -> InputChange | None:
    one = now or before
    if one is None or before == now:
        return None
    return InputChange(role=one.role, verb=_verb(before, now), before=before, now=now)


def _verb(before: InputFile | None, now: InputFile | None) -> InputVerb:
    if before is None or now is None:
        return "appeared" if before is None else "vanished"
    if before.sha256 != now.sha256:
        return "changed"
    return "renamed" if before.name != now.name else "read_otherwise"


def _place(change: InputChange) -> tuple[int, str]:
    one = change.now or change.before
    return _ROLES.index(change.role), one.name if one else ""
