"""The limits of the disk guard, as stores.yaml says them."""

from omen_cli.archive.disk import DiskLimits
from omen_cli.config.settings import Settings


def limits_of(settings: Settings) -> DiskLimits:
    """Return them as the archive takes them."""
    return DiskLimits(settings.disk.warn_free_bytes, settings.disk.min_free_bytes)
