"""`omen send --preview FILE`: the message as a file, and nothing sent."""

from pathlib import Path
from typing import TYPE_CHECKING

from omen_cli.cli.send_asked import is_strict, say_deprecated
from omen_cli.cli.session import Session

if TYPE_CHECKING:
    from omen_cli.config.settings import Settings, StoreSettings
    from omen_cli.workflows.choice import Choice
    from omen_cli.workflows.terms import Terms


def answer_preview(
    session: Session, store: "StoreSettings", choice: "Choice", terms: "Terms", path: Path, *, has_items: bool
) -> None:
    """Write the message to `path`, and say so."""
    from omen_cli.cli.file_output import write_file
    from omen_cli.model.blocks import Paragraph
    from omen_cli.workflows.preview import preview

    settings: Settings = session.settings
    found = preview(
        settings, store, choice, terms, session.caller(), path.suffix, has_items=has_items, is_strict=is_strict(session)
    )
    say_deprecated(session, choice, found.entry)
    target = session.world.cwd / path
    write_file(target, found.raw, settings.data)
    data = {"path": str(target), "bytes": len(found.raw), "snapshotId": found.entry.id, "subject": found.subject}
    session.answer(data, [Paragraph(f"{target}: the message of {found.entry.id}; nothing was sent")])
