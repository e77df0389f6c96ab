"""What became of a file that a snapshot records."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from omen_cli.model.sources import InputFile, Role

Verdict = Literal["same", "changed", "missing"]


@dataclass(frozen=True)
class InputVerdict:
    """A recorded input and the file in its place today; path, size and hash are None when it is missing."""

    recorded: InputFile
    path: Path | None = None
    found_bytes: int | None = None
    found_sha256: str | None = None

    @property
    def role(self) -> Role:
        """Return the table that it belongs to."""
        return self.recorded.role

    @property
    def name(self) -> str:
        """Return the file's name, which is the same then and now."""
        return self.recorded.name

    @property
    def recorded_bytes(self) -> int:
        """Return the size that the snapshot records."""
        return self.recorded.bytes

    @property
    def recorded_sha256(self) -> str:
        """Return the hash that the snapshot records."""
        return self.recorded.sha256

    @property
    def verdict(self) -> Verdict:
        """Return whether the file is there, byte for byte."""
        if self.found_sha256 is None:
            return "missing"
        return "same" if self.found_sha256 == self.recorded.sha256 else "changed"
