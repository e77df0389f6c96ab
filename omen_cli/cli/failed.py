"""How the failures among many are said: a line each on stderr, and in the envelope's `failures`."""

from collections.abc import Sequence
from dataclasses import dataclass

from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, OmenError


@dataclass(frozen=True)
class Failure:
    """One of many that failed; `about` names it."""

    store_id: str
    about: str
    error: OmenError


def say_failures(session: Session, failures: Sequence[Failure]) -> None:
    """Say each failure with what to do about it."""
    for one in failures:
        hint = f"\n  {one.error.hint}" if one.error.hint else ""
        session.warn(f"omen: {one.about}: {one.error.message.removeprefix(f'{one.about}: ')}{hint}")


def summary(message: str, failures: Sequence[Failure], results: Sequence[object], *, keeps_status: bool) -> OmenError:
    """Return the error that ends the command: exit 1, or with `keeps_status` what all the failures agree on."""
    error = CheckFailed(
        message,
        hint="mend what is said above, then run the command again for those",
        results=results,
        failures=plain_failures(failures),
    )
    first = failures[0].error
    if keeps_status and all(one.error.exit_status == first.exit_status for one in failures):
        _take_status(error, first)
    return error


def plain_failures(failures: Sequence[Failure]) -> list[dict[str, object]]:
    """Return the failures as they stand in the envelope of the error."""
    return [_plain(one) for one in failures]


def _take_status(error: OmenError, other: OmenError) -> None:
    error.code, error.exit_status, error.http_status = other.code, other.exit_status, other.http_status


def _plain(one: Failure) -> dict[str, object]:
    error = one.error
    return {
        "storeId": one.store_id,
        "about": one.about,
        "code": error.code,
        "exitStatus": error.exit_status,
        "message": error.message,
        "hint": error.hint,
    }
