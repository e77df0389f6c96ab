"""What `--all` says of the folders that it leaves out, since no store of stores.yaml has them."""

from omen_cli.cli.session import Session
from omen_cli.errors import OmenError
from omen_cli.model.safe_text import safe_text


def warn_of_unlisted(session: Session, done: str) -> None:
    """Name each folder that was not `done`; that they cannot be listed is said, and stops nothing."""
    from omen_cli.workflows.unlisted import unlisted_folders

    try:
        for name in unlisted_folders(session.settings):
            folder = f"data/snapshots/{safe_text(name)}"
            session.warn(f"omen: {folder}: belongs to no store of stores.yaml, and was not {done}")
    except OmenError as error:
        session.warn(f"omen: {error.message}")
