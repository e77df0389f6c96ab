"""What became of a snapshot when it was made again."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.model.changes import SettingChange
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.model.version import VERSION
from omen_cli.sources.verdict import InputVerdict

Sameness = Literal["same", "same_content", "different", "input_changed", "input_missing"]


@dataclass(frozen=True)
class Recomputed:
    """What became of the snapshot when it was made again; `snapshot` is the recorded one.

    `extra` are the files that the store's sources match today and that did not enter; they are left out, as are the
    `settings_changed`: the recorded ones are used. `differs` are the top-level fields of the document that came out
    otherwise. `problem` says why the same bytes cannot be read as the sources say today. Nothing is computed, and
    `recomputed_content_sha256` is None, unless every input is the same.
    """

    entry: Entry
    snapshot: Snapshot
    inputs: tuple[InputVerdict, ...]
    extra: tuple[str, ...]
    settings_changed: tuple[SettingChange, ...]
    outcome: Sameness
    differs: tuple[str, ...] = ()
    recomputed_content_sha256: str | None = None
    problem: str | None = None
    omen_version: str = VERSION
    warnings: tuple[str, ...] = ()

    @property
    def recorded_content_sha256(self) -> str:
        """Return the hash of the content that the snapshot has."""
        return self.snapshot.content_sha256
