"""Whether `data` lies where flock excludes: a writing command asks before anything else, and the doctor tells."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from omen_cli.archive.file_system import FileSystem, file_system_of, read_mounts
from omen_cli.config.settings import Settings
from omen_cli.errors import ConfigInvalid

FIX = "move data to a disk of this machine, or set disk.allow_network_fs: true if no other machine ever runs omen on it"


@dataclass(frozen=True)
class Writes:
    """When a command writes in an archive: not with an option of `unless`, and only with one of `only_if`, if any."""

    unless: frozenset[str] = frozenset()
    only_if: frozenset[str] = frozenset()


_DRY_RUN = frozenset({"dry_run"})
WRITING: Mapping[str, Writes] = MappingProxyType(  # options by the names of their parameters
    {
        "generate": Writes(_DRY_RUN),
        "send": Writes(_DRY_RUN | {"preview"}),
        "run": Writes(_DRY_RUN),
        "prune": Writes(_DRY_RUN),
        "migrate": Writes(_DRY_RUN),
        "verify": Writes(only_if=frozenset({"repair", "accept"})),
        "deliveries resolve": Writes(),
    }
)


def is_writing(command: str, given: Collection[str]) -> bool:
    """Tell whether a call with these options changes an archive; audits of a refusal, and the log, are no change."""
    found = WRITING.get(command)
    if found is None or not found.unless.isdisjoint(given):
        return False
    return not found.only_if or not found.only_if.isdisjoint(given)


def file_system_of_data(settings: Settings, mounts: Path) -> FileSystem:
    """Return what `data` is on; `mounts` is the kernel's list of mounts."""
    return file_system_of(settings.data, read_mounts(mounts))


def require_own_disk(settings: Settings, mounts: Path) -> None:
    """Refuse to write where several machines can, unless stores.yaml allows it; an unknown type is let through.

    Raises:
        ConfigInvalid: `data` is on a network file system.
    """
    if settings.disk.allow_network_fs:
        return
    found = file_system_of_data(settings, mounts)
    if found.verdict == "network":
        raise ConfigInvalid(refusal(settings, found), hint=f"{FIX}; nothing was changed", file_system=found.type)


def refusal(settings: Settings, found: FileSystem) -> str:
    """Return what is wrong with a network file system."""
    where = f"{settings.data}: on {found.type} (mounted at {found.mounted_at})"
    return f"{where}, a network file system, on which a lock need not keep another machine out"
