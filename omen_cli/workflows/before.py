"""The snapshot before: what a new one is held against, so that an export that broke on the way is noticed."""

from collections import Counter
from collections.abc import Iterable

from omen_cli.archive.archive import Archive
from omen_cli.errors import OmenError
from omen_cli.intelligence.hold import compare_rows, fallen_from
from omen_cli.model.snapshot import Computed, Snapshot
from omen_cli.model.sources import InputFile
from omen_cli.workflows.draft import is_vouched_for
from omen_cli.workflows.request import Request


def held_against_before(computed: Computed, request: Request, archive: Archive) -> Computed:
    """Return what was computed with its hold compared with the snapshot before: the newest of an earlier as-of date.

    A table that had fallen there is no measure: what it fell from is, until a person has made a version of that
    snapshot and said why. One that cannot be read is no reason not to make the next: then nothing is compared.
    """
    try:
        entry = archive.newest_before(request.timeframe, request.as_of_date)
        before = archive.load(entry) if entry else None
    except OmenError:
        return computed
    if not isinstance(before, Snapshot):  # there is none, or it is of the old system, which counted no rows
        return computed
    rows = rows_by_role(before.inputs)
    measure = rows if is_vouched_for(before) else rows | fallen_from(before.hold, rows)
    return with_rows_before(computed, before.id, measure)


def with_rows_before(computed: Computed, snapshot_before: str, rows_before: dict[str, int]) -> Computed:
    """Return what was computed, held also for tables that fell too far against `rows_before`, by role."""
    hold = compare_rows(computed.hold, rows_by_role(computed.inputs), snapshot_before, rows_before)
    return computed.model_copy(update={"hold": hold})


def rows_by_role(inputs: Iterable[InputFile]) -> dict[str, int]:
    """Return how many rows the files of each table hold together."""
    rows: Counter[str] = Counter()
    for entered in inputs:
        rows[entered.role] += entered.rows
    return dict(sorted(rows.items()))
