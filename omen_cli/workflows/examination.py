"""Everything that omen needs, looked at part by part; nothing is written, and nobody but servers is talked to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.file_system import FileSystem
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import OmenError
from omen_cli.workflows.doctor import examine_mail
from omen_cli.workflows.doctor_alerts import UrlProblem, alert_checks
from omen_cli.workflows.doctor_archives import archive_checks, lock_checks
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.doctor_clock import clock_checks, zone_checks
from omen_cli.workflows.doctor_files import disk_checks, file_system_checks, log_checks, permission_checks
from omen_cli.workflows.doctor_settings import access_checks, configuration_checks, schedule_checks
from omen_cli.workflows.doctor_sources import source_checks
from omen_cli.workflows.request import Caller, local_today


@dataclass(frozen=True)
class Surroundings:
    """What the doctor knows of the outside: where the data are, the clock, the proxies, and who judges alerts.

    `found_by` says how stores.yaml was found.
    `is_synchronised` is None where nobody knows whether something keeps the clock right.
    """

    found_by: str
    file_system: FileSystem
    is_synchronised: bool | None
    has_proxy: bool
    url_problem: UrlProblem


@dataclass(frozen=True)
class Part:
    """One part of the examination, with what was looked at in it."""

    title: str
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """Return the checks that failed."""
        return tuple(check for check in self.checks if check.outcome == "failed")

    def plain(self) -> dict[str, object]:
        """Return the part as JSON has it."""
        return {"part": self.title, "checks": [check.plain() for check in self.checks]}


def examine(
    settings: Settings, stores: Sequence[StoreSettings], caller: Caller, around: Surroundings
) -> Iterator[Part]:
    """Yield each part when it was looked at, the local ones first, and those that talk to a server last.

    Args:
        settings: of the installation.
        stores: those whose own matters are looked at.
        caller: who asks, and when.
        around: what is known of the outside.
    """
    at, archives = caller.at, [Archive(settings.data, store.store_id) for store in stores]
    layout = archives[0].layout
    is_synchronised = around.is_synchronised
    exports = (check for one in stores for check in source_checks(one, local_today(one, at), at))
    alerts = [url.get_secret_value() for url in settings.alerts]
    yield _part("configuration", configuration_checks(settings, stores, around.found_by))
    yield _part("permissions", permission_checks(settings, archives))
    yield _part("file system", file_system_checks(settings, around.file_system))
    yield _part("disk", disk_checks(settings, archives))
    yield _part("clock", clock_checks(archives, layout, at, is_synchronised=is_synchronised))
    yield _part("time zones", zone_checks(stores))
    yield _part("access", access_checks(settings))
    yield _part("log", log_checks(layout))
    yield _part("locks", lock_checks(layout, archives))
    yield _part("archives", archive_checks(settings, stores, caller))
    yield _part("exports", exports)
    yield _part("schedule", schedule_checks(settings, stores, at))
    yield _part("alerts", alert_checks(alerts, around.url_problem, has_proxy=around.has_proxy))
    yield _part("mail", _mail_checks(settings, stores, caller))


def _part(title: str, checks: Iterable[Check]) -> Part:
    """Return a part; what nobody caught in it ends it with a failure, and never the examination."""
    found: list[Check] = []
    try:
        found.extend(checks)
    except OmenError as error:
        found.append(Check.of_error(title, error))
    except OSError as error:
        found.append(Check("failed", title, f"{error.filename}: {error.strerror}", "give omen's user the right to it"))
    except Exception as error:  # noqa: BLE001  the other parts are still to be looked at
        fix = "please tell omen's makers; the other parts were looked at all the same"
        found.append(Check("failed", title, f"a bug of omen's ended this part: {type(error).__name__}", fix))
    return Part(title, tuple(found))


def _mail_checks(settings: Settings, stores: Sequence[StoreSettings], caller: Caller) -> Iterator[Check]:
    yield from examine_mail(settings, caller.at, stores).checks
