"""Whether the clock and the time zones can be believed, for the doctor: what is due, and when, hangs on them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import audit_files
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import believed_events
from omen_cli.archive.scan import snapshot_ids
from omen_cli.config.settings import StoreSettings
from omen_cli.errors import OmenError
from omen_cli.model.counted import counted
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.due import made_at

_SLACK = timedelta(minutes=1)
_FIRST, _LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_SET = "set the clock, and let NTP keep it (timedatectl set-ntp true)"


def clock_checks(
    archives: Sequence[Archive], layout: Layout, at: datetime, *, is_synchronised: bool | None
) -> Iterator[Check]:
    """Yield what is to be said of the clock, which says `at`; `is_synchronised` is None where that is not known."""
    now = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    newest = max(_known_times(archives, layout), default=None)
    if not _FIRST <= at < _LAST:
        yield Check("failed", "clock", f"says {now}", _SET)
    elif newest and newest > at + _SLACK:
        found = f"says {now}, and something was recorded at {newest.astimezone(UTC):%Y-%m-%d %H:%M:%S} already"
        yield Check("failed", "clock", found, f"{_SET}; until then nothing new is due")
    else:
        yield Check("ok", "clock", now)
    if is_synchronised is None:
        yield Check("ok", "synchronised", "cannot be known here")
    elif is_synchronised:
        yield Check("ok", "synchronised", "the kernel says so")
    else:
        yield Check("warning", "synchronised", "the kernel says that nothing keeps the clock right", _SET)


def zone_checks(stores: Sequence[StoreSettings], paths: Sequence[str] = TZPATH) -> Iterator[Check]:
    """Yield whether the zones of the stores are known, and where they are known from."""
    zones = tuple(dict.fromkeys(store.timezone for store in stores))
    unknown = [zone for zone in zones if not _is_known(zone)]
    fix = "install the system's tzdata, or pip install -U tzdata"
    if unknown:
        yield Check("failed", "time zones", f"unknown: {', '.join(unknown)}", fix)
        return
    yield Check("ok", "time zones", f"{counted(len(zones), 'zone')}, from {_source_of(zones[0], paths)}")


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo.no_cache(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _source_of(zone: str, paths: Sequence[str]) -> str:
    """Return where a zone is read from: the first folder of the system that has it, else the package tzdata."""
    folder = next((Path(one) for one in paths if (Path(one) / zone).is_file()), None)
    if folder is not None:
        return f"{folder} ({_version_in(folder)})"
    try:
        return f"the package tzdata {version('tzdata')}"
    except PackageNotFoundError:
        return "nowhere that tells"


def _version_in(folder: Path) -> str:
    """Return the version that the system's time zone data say of themselves, as `2025b`."""
    try:
        with (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as file:
            first = file.readline(100).split()
    except OSError:
        return "its version is not told"
    return first[2] if first[:2] == ["#", "version"] and len(first) > 2 else "its version is not told"


def _known_times(archives: Sequence[Archive], layout: Layout) -> Iterator[datetime]:
    """Yield when the newest snapshot of each store was made, and the time of the last line of each audit."""
    for archive in archives:
        try:
            yield from map(made_at, snapshot_ids(archive.layout) if archive.exists() else ())
            yield from _last_of(archive.layout.audit_dir)
        except OmenError:  # told where the archives are looked at
            continue
    try:
        yield from _last_of(layout.data_audit)
    except OmenError:
        return


def _last_of(folder: Path) -> Iterator[datetime]:
    for path in audit_files(folder)[-1:]:
        last = None
        for event in believed_events(path, is_tolerant=True):
            last = event
        try:
            found = datetime.fromisoformat(str(last and last.get("at")))
        except ValueError:
            return
        if found.tzinfo:
            yield found
