"""Writing into stores.yaml, comments and order kept: the only user of ruamel.yaml."""

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path
from time import monotonic_ns

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from omen_cli.config.load import load_settings
from omen_cli.config.settings import Settings
from omen_cli.config.text import read_text
from omen_cli.errors import ConfigInvalid, InvalidArgument

NO_ZONE = "UTC"
_WIDTH = 4096  # no line is folded that a person wrote as one
_PERMISSIONS = 0o777


def add_stores(settings: Settings, store_ids: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Write an entry for each store into stores.yaml, whole or not at all, and return what is still to be filled in.

    Raises:
        InvalidArgument: an id differs in case only from one that is there.
        ConfigInvalid: the file cannot be written, or what comes of it would not be what it was and the new stores.
    """
    folded = {known.casefold(): known for known in settings.stores}
    for one in store_ids:
        if one.casefold() in folded:
            raise InvalidArgument(
                f"{one}: differs in case only from {folded[one.casefold()]} in {settings.path.name}",
                hint="correct its name in a copy of the old archive, and migrate that",
            )
    target = Path(os.path.realpath(settings.path))
    text, told = _with_stores(settings, read_text(settings.path), store_ids)
    beside = target.with_name(f".{target.name}-{os.getpid()}-{monotonic_ns()}.yaml")
    try:
        _write(beside, text, stat.S_IMODE(target.stat().st_mode) & _PERMISSIONS)
        _require_same(settings, load_settings(beside, environ), store_ids)
        beside.replace(target)
        _fsync_folder(target.parent)
    except OSError as error:
        raise ConfigInvalid(
            f"{settings.path}: cannot be written ({error.strerror})", hint="add the stores by hand; nothing was written"
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()
    return told


def _with_stores(settings: Settings, text: str, store_ids: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the text with the new stores at its end of `stores`, and what is to be filled in."""
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, _WIDTH
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise _not_kept(settings) from error
    needs_zone = "timezone" not in (document.get("defaults") or {})
    for store_id in store_ids:
        document["stores"][store_id] = _entry(settings, store_id, needs_zone=needs_zone)
    stream = StringIO()
    yaml.dump(document, stream)
    told = [f"{one}: added to {settings.path.name}; fill in its name, recipients and sources" for one in store_ids]
    if needs_zone:
        told.append(f"timezone: {NO_ZONE} was written, since defaults has none: correct it")
    return stream.getvalue(), tuple(told)


def _entry(settings: Settings, store_id: str, *, needs_zone: bool) -> CommentedMap:
    made = CommentedMap(name=DoubleQuotedScalarString(store_id))
    if needs_zone:
        made["timezone"] = NO_ZONE
    made["recipients"] = []
    folder = Path(os.path.relpath(settings.data, settings.path.parent)) / "exports" / store_id
    made["sources"] = CommentedMap(inventory=CommentedMap(path=DoubleQuotedScalarString(str(folder / "inventory.csv"))))
    made.yaml_add_eol_comment("written by omen migrate: fill in name, recipients, sources", "name")
    return made


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
