"""The last lines of what `omen migrate` says: what was written, and what to do next, to be copied as it stands."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from omen_cli.model.counted import counted

if TYPE_CHECKING:
    from omen_cli.workflows.survey import Survey

Outcome = Literal["dry_run", "migrated", "nothing_to_do"]


def result(found: "Survey", outcome: Outcome, written: int, default_store: str | None) -> Iterator[str]:
    """Yield the lines; `written` are the snapshots that this call wrote, or is to write."""
    yield _outcome(found, outcome, written)
    if found.asides:
        said = "To be copied" if outcome == "dry_run" else "Copied"
        yield f"{said} to data/quarantine, each with its reason: {len(found.asides)}."
    if found.late:
        said = "to be recorded" if outcome == "dry_run" else "recorded"
        names = counted(sum(len(one.recipients) for one in found.late), "recipient")
        yield f"The old index names {names} whom it did not name before: {said}, none of them gets it again."
    yield from _to_know(found)
    for folder in found.closed if not found.has_nothing_to_do else ():
        since = "from the run on" if outcome == "dry_run" else "now"
        yield f"{folder} is an archive's {since}, and only this user may look into it: its mode becomes 0700."
    for store_id in found.unlisted:
        yield f"{store_id} is not in stores.yaml, and is to be added to it."
    yield f"Next: {_next(found, outcome, default_store)}"


def _outcome(found: "Survey", outcome: Outcome, written: int) -> str:
    """Return what was done, or would be."""
    there = len(found.snapshots) - written - len(found.gone)
    pruned = f"; pruned since: {len(found.gone)}" if found.gone else ""
    dry = "Dry run: nothing to do" if outcome == "dry_run" else "Nothing to do"
    if outcome == "nothing_to_do" or (outcome == "dry_run" and found.has_nothing_to_do):
        if not found.snapshots and found.moved_to:
            return f"{dry}: what was brought over was moved aside, to {found.moved_to}; nothing was written."
        return f"{dry}: {counted(there, 'snapshot')} brought over before{pruned}; nothing was written."
    if outcome == "dry_run":
        size = f"{found.needed_bytes / 1_000_000:.1f} MB"
        what = f"{counted(written, 'snapshot')}, {size}; there already: {there}{pruned}"
        return f"Dry run, nothing was written. To be written: {what}."
    return f"Written: {counted(written, 'snapshot')}; there already: {there}{pruned}. The old files are as they were."


def _to_know(found: "Survey") -> Iterator[str]:
    """Yield what is to be known of snapshots that are not as whole as others."""
    if found.unknown:
        names = counted(len(found.unknown), "snapshot")
        yield f"Of {names} no entry told whether the old system sent them: send asks for --resend --reason TEXT."
    if found.told_since:
        names = counted(len(found.told_since), "snapshot")
        yield f"Of {names} the old index tells now to whom the old system sent them, which nobody knew before."
    if found.came_late:
        names = counted(len(found.came_late), "old file")
        yield (
            f"{names} came after the entry was brought over without it: kept in data/quarantine, omen show of the "
            "snapshot says where. docs/migration.md says how to bring it over whole, while omen has made nothing since."
        )


def _next(found: "Survey", outcome: Outcome, default_store: str | None) -> str:
    options = ["--default-store", default_store] if default_store else []
    if outcome == "dry_run" and not found.has_nothing_to_do:
        more = ["--add-store"] if found.unlisted else []
        return shlex.join(["omen", "migrate", "--from", str(found.tree.root), *options, *more])
    if not found.tree.is_in_place:
        return "omen verify --deep --all; the old folder is in nobody's way, keep it as long as you like."
    if found.ends or found.tree.index_sha256 is not None:
        cleanup = shlex.join(["omen", "migrate", "--cleanup", *options])
        return f"omen verify --deep --all; when that is sound, {cleanup} moves the old files aside."
    return (
        f"nothing; the old files are in {found.moved_to}." if found.moved_to else "nothing; no old file is left here."
    )
