"""What is said of files and folders among the archives that are none of theirs."""

from omen_cli.cli.session import Session
from omen_cli.errors import OmenError
from omen_cli.model.safe_text import safe_text

MAX_NAMED = 10
OLD_REMEDY = "omen migrate says what becomes of them, omen migrate --cleanup moves them aside"
EMPTY_REMEDY = "remove it with rmdir, or leave it"
REMEDY = "add it to stores.yaml, or move it away"


def warn_of_left_over(session: Session) -> None:
    """Say what the old system left, or wrote since, beside the archives; that it cannot be looked at stops nothing."""
    from omen_cli.workflows.left_over import said_of_old_files

    try:
        for line in said_of_old_files(session.settings):
            session.warn(safe_text(f"omen: {line}"))
    except OmenError as error:
        session.warn(f"omen: {error.message}")


def warn_of_unlisted(session: Session, done: str) -> None:
    """Name the first folders that were not `done`; that they cannot be listed is said, and stops nothing."""
    from omen_cli.workflows.unlisted import holds_nothing, holds_old_files, unlisted_folders

    try:
        folders = unlisted_folders(session.settings)
    except OmenError as error:
        session.warn(f"omen: {error.message}")
        return
    for folder in folders[:MAX_NAMED]:
        path = safe_text(str(folder))
        if holds_old_files(folder, session.settings):
            session.warn(f"omen: {path}: holds files of the old system; {OLD_REMEDY}")
        elif holds_nothing(folder):
            session.warn(f"omen: {path}: is an empty folder, and no archive; {EMPTY_REMEDY}")
        else:
            session.warn(f"omen: {path}: belongs to no store of stores.yaml, and was not {done}; {REMEDY}")
    if len(folders) > MAX_NAMED:
        session.warn(f"omen: and {len(folders) - MAX_NAMED} more")
