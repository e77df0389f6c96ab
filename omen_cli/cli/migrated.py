"""What `omen migrate` says: what was found, what becomes of each part, what is lost, and what to do next."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from omen_cli.cli.migration_result import Outcome, result
from omen_cli.cli.session import Session
from omen_cli.legacy.plan import FATES, counts_of, plain_counts
from omen_cli.model.blocks import Block, Heading, Paragraph, Table

if TYPE_CHECKING:
    from omen_cli.legacy.plan import End
    from omen_cli.workflows.survey import Survey

_WORDS = {
    "migrated": "migrated",
    "migrated_without_payload": "migrated without payload",
    "duplicate": "duplicate",
    "quarantined": "quarantined",
}


def steps_of(session: Session) -> Callable[[str, int], AbstractContextManager[Callable[[str], None]]]:
    """Return what shows a progress bar on a terminal for the time of a long piece of work."""

    def steps(_: str, total: int) -> AbstractContextManager[Callable[[str], None]]:
        if not (session.world.stderr_is_tty and total > 1) or session.is_quiet:
            return nullcontext(_nothing)
        from omen_cli.cli.console import progress_bar

        return progress_bar(session.world.stderr, session.world.width, total)

    return steps


def _nothing(_: str) -> None:
    """Show nothing."""


def answer_survey(
    session: Session, found: "Survey", outcome: Outcome, *, default_store: str | None = None, written: int | None = None
) -> None:
    """Write the report: the plan of a dry run, or what was done; `written` are the snapshots that this call wrote."""
    count = len(found.missing) if written is None else written
    blocks = _blocks(found, outcome, count, default_store) if not session.as_json else []
    session.answer(_plain(found, outcome, count), blocks)


def _plain(found: "Survey", outcome: Outcome, written: int) -> dict[str, object]:
    return {
        "from": str(found.tree.root),
        "outcome": outcome,
        "found": {"entries": len(found.tree.entries), "files": len(found.tree.files)},
        "entries": plain_counts(found.ends, "entry"),
        "files": plain_counts(found.ends, "file"),
        "toWrite" if outcome == "dry_run" else "written": written,
        "already": len(found.snapshots) - written - len(found.gone),
        "pruned": len(found.gone),
        "bytes": found.needed_bytes,
        "items": [_plain_end(end) for end in found.ends],
        "lost": [
            {"storeId": one.store_id, "snapshotId": one.id, "supersedes": one.supersedes or one.supersedes_said}
            for one in found.lost
        ],
        "recipientsToldSince": [
            {"storeId": one.planned.store_id, "snapshotId": one.snapshot_id, "recipient": name}
            for one in found.late
            for name in one.recipients
        ],
        "historyUnknown": [{"storeId": one.store_id, "snapshotId": one.id} for one in found.unknown],
        "historyToldSince": [{"storeId": one.store_id, "snapshotId": one.id} for one in found.told_since],
        "storesToAdd": list(found.unlisted),
        "notes": [found.tree.note] if found.tree.note else [],
    }


def _plain_end(end: "End") -> dict[str, object]:
    is_repeat = end.fate == "duplicate"
    return {
        "kind": end.kind,
        "name": end.name,
        "end": end.fate,
        "storeId": end.store_id,
        "snapshotId": None if is_repeat else end.snapshot_id,
        "of": end.snapshot_id if is_repeat else None,
        "reason": end.reason,
    }


def _blocks(found: "Survey", outcome: Outcome, written: int, default_store: str | None) -> Iterator[Block]:
    yield Heading(f"Found in {found.tree.root}")
    yield _counts_table(found)
    if found.tree.note:
        yield Paragraph(found.tree.note, is_alarming=True)
    if found.ends:
        yield Heading("What becomes of each" if outcome == "dry_run" else "What became of each")
        yield _ends_table(found)
    if found.lost:
        yield Heading("Superseded, and lost before this: nothing is left of them")
        yield Table(
            ("lost", "superseded by"),
            tuple((one.supersedes or one.supersedes_said or "", one.id) for one in found.lost),
            whole=frozenset({"lost", "superseded by"}),
            is_stacked=True,
        )
    yield Heading("Result")
    yield from map(Paragraph, result(found, outcome, written, default_store))


def _counts_table(found: "Survey") -> Table:
    """Return the numbers, which must add up before the reader's eyes: an end a row, so that each terminal will do."""
    counts = counts_of(found.ends)
    ends = ((_WORDS[fate], str(counts["entry"][fate]), str(counts["file"][fate])) for fate in FATES)
    totals = ("found", str(len(found.tree.entries)), str(len(found.tree.files)))
    columns = ("end", "entries of the index", "files")
    return Table(columns, (*ends, totals), right=frozenset(columns[1:]))


def _ends_table(found: "Survey") -> Table:
    rows = tuple(
        (end.name, _WORDS[end.fate], end.store_id or "", end.snapshot_id or "", end.reason or "") for end in found.ends
    )
    columns = ("what", "end", "store", "snapshot", "why")
    return Table(columns, rows, whole=frozenset(columns[:-1]), is_stacked=True)
