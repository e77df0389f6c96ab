"""What became of one request, for people and for programs."""

from collections.abc import Sequence

from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.job import Generated


def plain(one: Generated) -> dict[str, object]:
    """Return the result as it stands in the JSON answer; of a dry run with the whole content."""
    about = _about(one)
    return {
        "outcome": one.outcome,
        "storeId": one.request.store.store_id,
        "timeframe": one.request.timeframe,
        "asOfDate": one.request.as_of_date,
        "snapshotId": about.id if one.entry else None,
        "version": about.version,
        "supersedes": about.supersedes,
        "provisional": about.provisional,
        "held": _is_held(about),
        "contentSha256": about.content_sha256,
        "sameContent": one.is_same_content,
        "entry": one.entry.plain() if one.entry else None,
        "content": one.snapshot.content.plain() if one.snapshot and one.outcome == "dry_run" else None,
    }


def blocks_of(done: Sequence[Generated]) -> list[Block]:
    """Return one outcome in full, several as a table."""
    if len(done) != 1:
        return [table_of(done)]
    one = done[0]
    line = Paragraph(_line(one))
    if one.snapshot is None:
        return [line]
    from omen_cli.report.overview import overview

    return [line, *overview(one.snapshot, one.request.store.locale)]


def table_of(done: Sequence[Generated]) -> Table:
    """Return one row an outcome."""
    columns = ("outcome", "store", "timeframe", "as of", "version", "snapshot")
    whole = frozenset({"outcome", "store", "snapshot"})
    rows = tuple(map(_row, done))
    return Table(columns, rows, right=frozenset({"version"}), whole=whole, first=("snapshot", "store", "outcome"))


def _row(one: Generated) -> tuple[str, ...]:
    about, request = _about(one), one.request
    name = "" if one.outcome == "dry_run" else about.id
    outcome = f"{one.outcome}{_marks(about)}"
    return outcome, request.store.store_id, request.timeframe, str(request.as_of_date), str(about.version), name


def _line(one: Generated) -> str:
    about, store_id = _about(one), one.request.store.store_id
    if one.outcome == "duplicate_prevented":
        look = f"omen show --store {store_id} --snapshot {about.id}"
        return f"duplicate_prevented: {about.id}{_marks(about)} is there already; to see it: {look}"
    if one.outcome == "unchanged":
        return f"unchanged: {about.id}{_marks(about)} has the same content"
    same = "; its content is the same as that of the version before" if one.is_same_content else ""
    if one.outcome == "dry_run":
        return f"dry_run: this is what would be kept, as version {about.version}; nothing was written{same}"
    return f"created: {about.id}{same}"


def _about(one: Generated) -> Snapshot | Entry:
    about = one.snapshot or one.entry
    if about is None:
        raise ValueError(f"{one.request}: answered with neither a snapshot nor an entry")
    return about


def _is_held(about: Snapshot | Entry) -> bool:
    return about.hold.held if isinstance(about, Snapshot) else about.status == "held"


def _marks(about: Snapshot | Entry) -> str:
    marks = [*(["held"] if _is_held(about) else []), *(["provisional"] if about.provisional else [])]
    return f" ({', '.join(marks)})" if marks else ""
