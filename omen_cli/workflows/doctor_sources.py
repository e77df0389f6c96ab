"""Whether a store's exports are there and begin as they should, for the doctor; no file is read as a whole."""

from collections.abc import Iterator
from datetime import date, datetime

from omen_cli.config.settings import StoreSettings
from omen_cli.errors import OmenError
from omen_cli.model.counted import counted
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import Role
from omen_cli.sources.find import find_files
from omen_cli.sources.glimpse import glimpse
from omen_cli.workflows.doctor_check import Check

_OLD_DAYS = 40  # an export that nothing has renewed for longer than a month is most likely forgotten
_MOST_GLIMPSED = 5


def source_checks(store: StoreSettings, as_of: date, at: datetime) -> Iterator[Check]:
    """Yield what each source of the store has for a snapshot of `as_of`, given that it is `at` now."""
    for role in store.sources:
        step = f"{role} of {store.store_id}"
        try:
            yield _source(step, store, role, as_of, at)
        except OmenError as error:
            yield Check.of_error(step, error)
        except OSError as error:  # such as a link to what is gone
            yield Check(
                "failed", step, f"cannot be read: {error.strerror}", "put the export there, or mend its permissions"
            )


def _source(step: str, store: StoreSettings, role: Role, as_of: date, at: datetime) -> Check:
    """Return what was found of one source.

    Raises:
        OmenError: no file is there, or one of them cannot be read.
    """
    spec = store.sources[role]
    found = find_files(spec.path, role=role, as_of=as_of)
    newest_first = sorted(found, key=lambda one: one.path.stat().st_mtime, reverse=True)
    looked_at = [(one, glimpse(one, spec)) for one in newest_first[:_MOST_GLIMPSED]]
    newest, seen = looked_at[0]
    age = at - seen.modified_at
    said = f"{counted(len(found), 'file')}, the newest {safe_text(newest.path.name)}, {_age(age.total_seconds())} old"
    if age.days > _OLD_DAYS:
        return Check("warning", step, said, "does whoever exports it still do so?")
    return Check("ok", step, said)


def _age(seconds: float) -> str:
    minutes = max(0, int(seconds // 60))
    if minutes < 120:
        return counted(minutes, "minute")
    return counted(minutes // 60, "hour") if minutes < 48 * 60 else counted(minutes // 1440, "day")
