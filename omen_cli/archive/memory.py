"""What omen keeps below `data` only to not say the same again: no truth, and as good as absent when it is damaged."""

from collections.abc import Mapping
from pathlib import Path

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.model.canonical import dump_canonical, load_strict


def read_memory(path: Path, form: str, name: str) -> dict[str, dict[str, object]]:
    """Return the values of a memory by their keys; none where it is lost, damaged or of another format.

    Raises:
        ArchiveDamaged: it cannot be read.
    """
    try:
        document = load_strict(read_file(path) or b"")
    except (FileDamaged, ValueError):
        return {}
    found = document.get(name) if isinstance(document, dict) and document.get("format") == form else None
    return {key: one for key, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def memory_document(form: str, name: str, values: Mapping[str, Mapping[str, object]]) -> bytes:
    """Return a memory as it stands in its file."""
    return dump_canonical({"format": form, name: values}) + b"\n"
