"""Which audits there are: one a store, and that of what belongs to none. Finding them takes no lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import audit_files
from omen_cli.archive.layout import Layout
from omen_cli.archive.safety import require_known_layout, require_safe_data
from omen_cli.config.settings import StoreSettings

DATA_AUDIT = "data/audit"
NO_ARCHIVE = "has no archive: nothing was generated yet, or its folder is gone"


@dataclass(frozen=True)
class Audit:
    """Where one audit lies: a store's, or with no store that of what belongs to none; `zone` is whose days it has."""

    layout: Layout
    store_id: str | None
    zone: str = "UTC"

    @property
    def name(self) -> str:
        """Return what names it in a message."""
        return self.store_id or DATA_AUDIT

    @property
    def folder(self) -> Path:
        """Return the folder of its files."""
        return self.layout.audit_dir if self.store_id else self.layout.data_audit

    def exists(self, warnings: list[str]) -> bool:
        """Tell whether there is one; `warnings` takes what is to be said of its archive.

        Raises:
            ArchiveDamaged: there is something, and it is not safe to read.
        """
        if self.store_id is None:
            require_safe_data(self.layout)
            require_known_layout(self.layout)
            return bool(audit_files(self.folder))
        archive = Archive(self.layout.data, self.store_id)
        is_there = archive.exists()
        warnings.extend(f"{self.name}: {warning}" for warning in archive.warnings)
        return is_there


def audits(data: Path, stores: Sequence[StoreSettings], *, is_all: bool) -> tuple[Audit, ...]:
    """Return the audits of the stores; of all of them also that of what belongs to none."""
    found = [Audit(Layout(data, store.store_id), store.store_id, store.timezone) for store in stores]
    return (*found, *(Audit(one.layout, None) for one in found[:1] if is_all))
