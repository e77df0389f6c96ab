"""What `omen migrate --cleanup` says: where the old files are now, and how to undo it."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from omen_cli.archive.move_list import place_of_files
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed
from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.counted import counted

if TYPE_CHECKING:
    from omen_cli.workflows.cleanup import Cleaned, Planned


def answer_cleaned(session: Session, cleaned: "Cleaned", default_store: str | None) -> None:
    """Write the answer.

    Raises:
        CheckFailed: some files could not be moved; each is said.
    """
    moved = cleaned.moved
    if cleaned.planned:
        _answer_planned(session, cleaned.planned, default_store)
        return
    data = {
        "outcome": "moved" if moved else "nothing_to_do",
        "folder": str(moved.folder) if moved else None,
        "moved": moved.count if moved else 0,
        "undo": undo_of(cleaned) or None,
        "staying": dict(moved.staying) if moved else {},
    }
    if moved and moved.staying:
        for path, reason in moved.staying.items():
            session.warn(f"omen: {path}: stays where it is: {reason}")
        raise CheckFailed(
            f"{counted(len(moved.staying), 'old file')} could not be moved",
            hint=f"the others are in {moved.folder}; look at these, then run it again",
            results=[data],
        )
    session.answer(data, map(Paragraph, _said(cleaned)))


def _answer_planned(session: Session, planned: "Planned", default_store: str | None) -> None:
    """Write what a clean-up would do now."""
    count = counted(len(planned.files), "old file")
    options = ["--default-store", default_store] if default_store else []
    rows = tuple((name,) for name in planned.files)
    blocks: list[Block] = [
        Table(("to be moved",), rows, whole=frozenset({"to be moved"})),
        Paragraph(f"Dry run, nothing was moved. To be moved to {place_of_files(planned.folder)}: {count}."),
        Paragraph(f"Next: {shlex.join(['omen', 'migrate', '--cleanup', *options])}"),
    ]
    data = {"outcome": "dry_run", "folder": str(planned.folder), "toMove": list(planned.files)}
    session.answer(data, blocks)


def undo_of(cleaned: "Cleaned") -> str:
    """Return the command that puts the old files back; "" when none was moved."""
    if cleaned.moved is None:
        return ""
    return shlex.join(["cp", "-a", f"{place_of_files(cleaned.moved.folder)}/.", f"{cleaned.snapshots}/"])


def _said(cleaned: "Cleaned") -> Iterator[str]:
    moved = cleaned.moved
    if moved is None:
        yield f"Nothing to do: no file of the old system is left in {cleaned.snapshots}."
        return
    yield f"Moved {counted(moved.count, 'old file')} to {moved.folder}; none was removed."
    yield f"To undo: {undo_of(cleaned)}"
