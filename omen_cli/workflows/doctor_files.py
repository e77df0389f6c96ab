"""Whether omen may read and write where it has to, and nobody else may, for the doctor."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.command_log import read_log
from omen_cli.archive.disk import FreeSpace, check_disk
from omen_cli.archive.file_system import FileSystem
from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.safety import require_known_layout, require_safe, require_safe_data, require_safe_log
from omen_cli.config.settings import Settings
from omen_cli.errors import OmenError
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.doctor_memory import memory_checks
from omen_cli.workflows.file_system import FIX, refusal

_OTHERS_WRITE, _OTHERS_READ = stat.S_IWGRP | stat.S_IWOTH, stat.S_IRGRP | stat.S_IROTH


def permission_checks(settings: Settings, archives: Sequence[Archive]) -> Iterator[Check]:
    """Yield whether stores.yaml, the data root and each archive are omen's, and nobody else's to write."""
    yield _config_check(settings)
    layout = archives[0].layout
    try:
        require_safe_data(layout)
        require_known_layout(layout)
        yield _own_check("data", settings.data)
        yield from memory_checks(layout)
    except OmenError as error:
        yield Check.of_error("data", error)
        return
    for archive in archives:
        step = archive.layout.store_id
        try:
            require_safe(archive.layout)
            yield _own_check(step, archive.layout.root)
        except OmenError as error:
            yield Check.of_error(step, error)


def _config_check(settings: Settings) -> Check:
    path, step = settings.path, settings.path.name
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return Check("failed", step, f"{path}: {error.strerror}", "give omen's user the right to read it")
    if mode & _OTHERS_WRITE:
        found = f"others than its owner may write in it (mode {mode:04o})"
        return Check("failed" if mode & stat.S_IWOTH else "warning", step, found, f"chmod go-w {path}")
    if mode & _OTHERS_READ and _holds_password(settings):
        return Check(
            "warning", step, f"holds a password, and others may read it (mode {mode:04o})", f"chmod 600 {path}"
        )
    return Check("ok", step, f"mode {mode:04o}")


def _holds_password(settings: Settings) -> bool:
    """Tell whether the URL of the mail server has a password in it; it may come from the environment all the same."""
    login = settings.mail.url.get_secret_value().partition("://")[2].rpartition("@")[0]
    return settings.mail.folder is None and ":" in login


def _own_check(step: str, folder: Path) -> Check:
    """Return whether a folder that is safe is this user's to write; one that is not there is made when it is needed."""
    found = lstat(folder)
    if found is None:
        parent = next(one for one in folder.parents if one.exists())
        if os.access(parent, os.W_OK | os.X_OK):
            return Check("ok", step, "not there yet; the first snapshot makes it")
        return Check(
            "failed", step, f"not there, and {parent} is not this user's to write", f"chown it, or make {folder}"
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        found_mode = f"mode {stat.S_IMODE(found.st_mode):04o}, of uid {found.st_uid}, or mounted read-only"
        return Check(
            "failed", step, f"{folder}: not this user's to write ({found_mode})", "run omen as its owner, or chown it"
        )
    return Check("ok", step, f"mode {stat.S_IMODE(found.st_mode):04o}")


def file_system_checks(settings: Settings, found: FileSystem) -> Iterator[Check]:
    """Yield whether a lock excludes everybody where the data are."""
    said = f"{found.type or 'of a type that cannot be known here'}" + (
        f", mounted at {found.mounted_at}" if found.type else ""
    )
    if found.verdict == "local":
        yield Check("ok", "data", said)
    elif found.verdict == "unknown":
        fix = "see that no other machine runs omen on this data folder: a lock might not keep it out"
        yield Check("warning", "data", f"{said}: not one that omen knows", fix)
    elif settings.disk.allow_network_fs:
        fix = "see that no other machine ever runs omen on this data folder"
        yield Check("warning", "data", f"{said}: a network file system, allowed by disk.allow_network_fs", fix)
    else:
        yield Check("failed", "data", refusal(settings, found), FIX)


def disk_checks(settings: Settings, archives: Sequence[Archive]) -> Iterator[Check]:
    """Yield how much is free for `data`, and for an archive that is on another disk than it."""
    limits = limits_of(settings)
    folders = {"data": settings.data} | {one.layout.store_id: one.layout.root for one in archives}
    seen: set[int] = set()
    for step, folder in folders.items():
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if (device := there.stat().st_dev) in seen:
            continue
        seen.add(device)
        try:
            yield _disk_check(step, check_disk(folder, limits))
        except OmenError as error:
            yield Check.of_error(step, error)


def _disk_check(step: str, free: FreeSpace) -> Check:
    if free.is_low:
        return Check("warning", step, free.warning, "free some space in time, or lower disk.warn_free_gb")
    return Check("ok", step, f"{free} are free")


def log_checks(layout: Layout) -> Iterator[Check]:
    """Yield whether the log of commands is there and can be written."""
    try:
        require_safe_log(layout)
        found = _own_check("log", layout.log)
        skipped = read_log(layout).skipped
    except OmenError as error:
        yield Check.of_error("log", error)
        return
    if found.outcome == "failed":
        yield found
    elif lstat(layout.log) is None:
        yield Check("ok", "log", "not there yet; the first command after the first snapshot makes it")
    else:
        torn = f"; {skipped} of its lines are none of omen's" if skipped else ""
        yield Check(
            "warning" if skipped else "ok",
            "log",
            f"can be written{torn}",
            "" if not skipped else f"look into {layout.log}",
        )
