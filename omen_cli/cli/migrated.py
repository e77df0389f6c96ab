"""What `omen migrate` says: what was found, what becomes of each part, what is lost, and what to do next."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Literal

from omen_cli.cli.session import Session
from omen_cli.legacy.plan import FATES, counts_of, plain_counts
from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.counted import counted

if TYPE_CHECKING:
    from omen_cli.legacy.plan import End
    from omen_cli.workflows.survey import Survey

Outcome = Literal["dry_run", "migrated", "nothing_to_do"]
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


def answer_survey(session: Session, found: "Survey", outcome: Outcome) -> None:
    """Write the report: the plan of a dry run, or what was done."""
    session.answer(_plain(found, outcome), _blocks(found, outcome) if not session.as_json else [])


def _plain(found: "Survey", outcome: Outcome) -> dict[str, object]:
    return {
        "from": str(found.tree.root),
        "outcome": outcome,
        "found": {"entries": len(found.tree.entries), "files": len(found.tree.files)},
        "entries": plain_counts(found.ends, "entry"),
        "files": plain_counts(found.ends, "file"),
        "toWrite" if outcome == "dry_run" else "written": len(found.missing),
        "already": len(found.snapshots) - len(found.missing),
        "bytes": found.needed_bytes,
        "items": [_plain_end(end) for end in found.ends],
        "lost": [{"storeId": one.store_id, "snapshotId": one.id, "supersedes": one.supersedes} for one in found.lost],
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


def _blocks(found: "Survey", outcome: Outcome) -> Iterator[Block]:
    counts = counts_of(found.ends)
    yield Heading(f"Found in {found.tree.root}")
    totals = {"entry": ("entries of the index", len(found.tree.entries)), "file": ("files", len(found.tree.files))}
    rows = tuple(
        (totals[kind][0], str(totals[kind][1]), *(str(counts[kind][fate]) for fate in FATES))
        for kind in ("entry", "file")
    )
    columns = ("what", "found", *_WORDS.values())
    yield Table(columns, rows, right=frozenset(columns[1:]))
    if found.tree.note:
        yield Paragraph(found.tree.note, is_alarming=True)
    if found.ends:
        yield Heading("What becomes of each" if outcome == "dry_run" else "What became of each")
        yield _ends_table(found)
    if found.lost:
        yield Heading("Superseded, and lost before this: nothing is left of them")
        yield Table(
            ("lost", "superseded by"),
            tuple((one.supersedes or "", one.id) for one in found.lost),
            whole=frozenset({"lost", "superseded by"}),
        )
    yield Heading("Result")
    yield from map(Paragraph, _result(found, outcome))


def _ends_table(found: "Survey") -> Table:
    rows = tuple(
        (end.name, _WORDS[end.fate], end.store_id or "", end.snapshot_id or "", end.reason or "") for end in found.ends
    )
    columns = ("what", "end", "store", "snapshot", "why")
    return Table(columns, rows, whole=frozenset({"snapshot"}), first=("what", "end", "why", "snapshot", "store"))


def _result(found: "Survey", outcome: Outcome) -> Iterator[str]:
    written, root = len(found.missing), found.tree.root
    there = len(found.snapshots) - written
    if outcome == "nothing_to_do":
        yield f"Nothing to do: {counted(there, 'snapshot')} brought over before; nothing was written."
    elif outcome == "dry_run":
        size = f"{found.needed_bytes / 1_000_000:.1f} MB"
        what = f"{counted(written, 'snapshot')}, {size}; there already: {there}"
        yield f"Dry run, nothing was written. To be written: {what}."
    else:
        yield f"Written: {counted(written, 'snapshot')}; there already: {there}. The old files are as they were."
    if found.asides:
        said = "To be copied" if outcome == "dry_run" else "Copied"
        yield f"{said} to data/quarantine, each with its reason: {len(found.asides)}."
    for store_id in found.unlisted:
        yield f"{store_id} is not in stores.yaml, and is to be added to it."
    yield f"Next: {_next(found, outcome, str(root))}"


def _next(found: "Survey", outcome: Outcome, root: str) -> str:
    if outcome == "dry_run":
        return f"omen migrate --from {root}" + (" --add-store" if found.unlisted else "")
    if found.tree.is_in_place and found.ends:
        return "omen verify --deep --all; when that is sound, omen migrate --cleanup moves the old files aside."
    if not found.ends:
        return "nothing; what was moved aside is in data/snapshots.old-…"
    return "omen verify --deep --all; the old folder is in nobody's way, keep it as long as you like."
