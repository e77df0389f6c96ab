"""Writing into stores.yaml, comments and order kept: the only user of ruamel.yaml."""

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic_ns

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode

from omen_cli.config.entry_text import NO_ZONE, Entry, with_entries
from omen_cli.config.load import load_settings
from omen_cli.config.settings import Settings
from omen_cli.config.text import read_text
from omen_cli.errors import ConfigInvalid

_PERMISSIONS = 0o777


def add_stores(settings: Settings, store_ids: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Write an entry for each store into stores.yaml, whole or not at all, and return what is still to be filled in.

    Raises:
        ConfigInvalid: the file cannot be written, or what comes of it would not be what it was and the new stores.
    """
    told, text = _told(settings, store_ids), read_text(settings.path)
    marked = "\ufeff" if _has_mark(settings.path) else ""
    changed = marked + _with_stores(settings, text, store_ids)
    target = Path(os.path.realpath(settings.path))
    beside, draft = _unused(settings.path), _unused(target)
    try:
        mode = stat.S_IMODE(target.stat().st_mode) & _PERMISSIONS
        _write(beside, changed, mode)  # where the paths in it mean what they mean in the file
        _require_same(settings, load_settings(beside, environ), store_ids)
        _write(draft, changed, mode)
        draft.replace(target)
        _fsync_folder(target.parent)
    except OSError as error:
        raise ConfigInvalid(
            f"{settings.path}: cannot be written ({error.strerror})", hint="add the stores by hand; nothing was written"
        ) from error
    finally:
        for path in (beside, draft):
            with suppress(OSError):
                path.unlink()
    return told


def _has_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(BOM_UTF8)) == BOM_UTF8


def _unused(path: Path) -> Path:
    return path.with_name(f".{path.name}-{os.getpid()}-{monotonic_ns()}.yaml")


def _with_stores(settings: Settings, text: str, store_ids: Sequence[str]) -> str:
    """Return the text with the new stores at the end of `stores`; every other character of it stays."""
    try:
        document = YAML(pure=True).compose(text)
    except YAMLError as error:
        raise _not_kept(settings) from error
    stores = next((value for key, value in document.value if key.value == "stores"), None)
    if not isinstance(stores, MappingNode) or not stores.value:
        raise _not_kept(settings)
    return with_entries(text, stores, [Entry(one, _path(settings, one), _needs_zone(settings)) for one in store_ids])


def _told(settings: Settings, store_ids: Sequence[str]) -> tuple[str, ...]:
    """Return what is to be filled in, a line each."""
    told = [f"{one}: added to {settings.path.name}; fill in its name, recipients and sources" for one in store_ids]
    if _needs_zone(settings):
        told.append(f"timezone: {NO_ZONE} was written, since defaults has none: correct it")
    return tuple(told)


def _needs_zone(settings: Settings) -> bool:
    """Tell whether each store has to say its time zone itself."""
    document = YAML(pure=True, typ="safe").load(read_text(settings.path))
    return "timezone" not in (document.get("defaults") or {})


def _path(settings: Settings, store_id: str) -> str:
    folder = Path(os.path.relpath(settings.data, settings.path.parent)) / "exports" / store_id
    return str(folder / "inventory.csv")


def _require_same(settings: Settings, changed: Settings, store_ids: Sequence[str]) -> None:
    """Refuse a text in which anything but the new stores is not what it was."""
    rest = {one: store for one, store in changed.stores.items() if one not in store_ids}
    if changed.model_copy(update={"stores": rest, "path": settings.path}) != settings:
        raise _not_kept(settings)


def _not_kept(settings: Settings) -> ConfigInvalid:
    return ConfigInvalid(
        f"{settings.path}: the stores cannot be added without changing what is there",
        hint="add them by hand, as docs/migration.md shows; nothing was written",
    )


def _write(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        os.fchmod(descriptor, mode)
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _fsync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
