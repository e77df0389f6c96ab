"""What is said and answered when something failed: one clear line and what to do, or the JSON envelope of an error."""

import os
import tempfile
import traceback
from datetime import date
from decimal import Decimal

import typer

from omen_cli.cli.output import write_json
from omen_cli.cli.session import Session
from omen_cli.errors import Internal, InvalidArgument, OmenError, OutputFailed

EXIT_TABLE = (
    "Exit status: 0 done, also when the snapshot was there already; 1 the answer is no, or some store of many failed; "
    "2 the call is wrong; 3 mend stores.yaml; 4 mend the export; 5 no such store or snapshot; 6 busy, try again; "
    "7 the archive is damaged, stop; 8 delivery failed; 9 no valid token; 10 forbidden; 11 rate limited; "
    "12 the disk is full, nothing was written; 13 held; 70 a bug of omen's; 130, 143 interrupted."
)
INTERRUPTED_BY_USER = 130


def report_failure(session: Session, error: Exception) -> int:
    """Say what went wrong and return the exit status; a bug leaves its trace in a file and is said in one line."""
    if isinstance(error, BrokenPipeError):
        return OutputFailed.exit_status
    known = error if isinstance(error, OmenError) else _internal(error)
    _report(session, known.code, known.http_status, known.message, known.hint, known.details)
    return known.exit_status


def report_usage(session: Session, error: typer.TyperException) -> int:
    """Say what is wrong with the call and return 2."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    hint = f"see {context.command_path} --help" if context is not None else "see omen --help"
    _report(session, InvalidArgument.code, InvalidArgument.http_status, message, hint, {})
    return InvalidArgument.exit_status


def report_interrupt(session: Session) -> int:
    """Say that ^C ended the command and return 130."""
    _report(session, "interrupted", None, "interrupted", "run the same command again", {})
    return INTERRUPTED_BY_USER


def _internal(error: Exception) -> Internal:
    descriptor, path = tempfile.mkstemp(prefix="omen-trace-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return Internal(
        f"a bug of omen's: {type(error).__name__}; its trace is in {path}", hint="please report it with that file"
    )


def _report(
    session: Session, code: str, http_status: int | None, message: str, hint: str, details: dict[str, object]
) -> None:
    session.warn(f"omen: {message}" + (f"\n  {hint}" if hint else ""))
    if session.as_json:
        known = {_camel(name): _plain(value) for name, value in details.items()}
        error = {**known, "code": code, "status": http_status, "message": message, "hint": hint}
        write_json(session.world.stdout, {"ok": False, "command": session.command, "error": error})


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def _plain(value: object) -> object:
    """Return what canonical JSON knows as it is, anything else as text."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str | Decimal | date) else str(value)
