"""The clean-up of a migrated old archive, and its undoing by the command that it prints."""

import os
import shlex
import subprocess
from pathlib import Path

from tests.legacy.migrations import Installation
from tests.legacy.old_archives import hashes, told
from tests.legacy.old_reading import DEFAULT_STORE


def clean_up_and_undo(installation: Installation) -> None:
    """Clean up, and insist that every old file was moved and none lost; undo it, and insist that all is as before.

    Raises:
        AssertionError: what is wrong, with the archive as it was drawn.
    """
    old, made = installation.old, installation.documents()
    paths = [path for path, stands in installation.standing().items() if stands != "folder" and path[:3] != "../"]
    before = {path: installation.standing()[path] for path in paths}
    cleaned = installation.omen("migrate", "--cleanup", "--default-store", DEFAULT_STORE, "--json")
    assert cleaned.code == 0, f"{cleaned.err}\n{told(old)}"
    aside = Path(cleaned.data["folder"] or "") / "files"
    assert {path: hashes(aside, old)[path] for path in paths} == before, told(old)
    assert not [path for path in paths if os.path.lexists(installation.root / path)], told(old)
    assert installation.documents() == made, told(old)
    assert installation.migrate().data["outcome"] == "nothing_to_do", told(old)
    subprocess.run(shlex.split(cleaned.data["undo"]), check=True)
    assert {path: installation.standing()[path] for path in paths} == before, told(old)
    again = installation.migrate()
    assert (again.code, again.data["outcome"]) == (0, "nothing_to_do"), f"{again.err}\n{told(old)}"
