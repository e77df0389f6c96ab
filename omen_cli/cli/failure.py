"""What is said and answered when something failed: one clear line and what to do, or the JSON envelope of an error."""

import os
import signal
import tempfile
import traceback
from contextlib import suppress
from datetime import date
from decimal import Decimal

import typer

from omen_cli.cli.output import write_json
from omen_cli.cli.session import Session
from omen_cli.errors import Internal, Interrupted, InvalidArgument, OmenError, OutputFailed
from omen_cli.model.safe_text import without_tokens

EXIT_TABLE = (
    "Exit status: 0 done, also when the snapshot was there already; 1 the answer is no, or some store of many failed; "
    "2 the call is wrong; 3 mend stores.yaml; 4 mend the export; 5 no such store or snapshot; 6 busy, try again; "
    "7 the archive is damaged, stop; 8 delivery failed; 9 no valid token; 10 forbidden; 11 rate limited; "
    "12 the disk is full, nothing was written; 13 held; 70 a bug of omen's; 130, 143 interrupted."
)
AGAIN = "what was acknowledged is kept (omen history shows it); run the command again for the rest"
INTERRUPTED_BY_USER = 130


def report(session: Session, error: BaseException) -> int:
    """Say what went wrong, and return the exit status.

    A signal wins over the error that it led to.
    """
    number = session.world.stop_signal()
    if isinstance(error, KeyboardInterrupt | typer.Abort) or number:
        return _report_stop(session, number)
    if isinstance(error, typer.Exit | SystemExit):
        return _noted(session, _status(error))
    if isinstance(error, BrokenPipeError):  # `omen history | head`: the reader has what it wants
        session.noted.fail(OutputFailed.code, {})
        return OutputFailed.exit_status
    known = as_usage(session, error) if isinstance(error, typer.TyperException) else as_known(error)
    session.noted.fail(known.code, known.details)
    session.gathered.take_error(known)
    _say(session, known.code, known.http_status, known.message, known.hint, known.details)
    return known.exit_status


def as_known(error: BaseException) -> OmenError:
    """Return an error of omen's: the error itself; for a bug, Internal, with its trace kept in a file."""
    return error if isinstance(error, OmenError) else _internal(error)


def as_usage(session: Session, error: typer.TyperException) -> InvalidArgument:
    """Return what is wrong with the call, in one line."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else f"omen {session.command}"
    return InvalidArgument(without_tokens(" ".join(message.split())), hint=f"see {path} --help")


def _status(error: "typer.Exit | SystemExit") -> int:
    status = error.exit_code if isinstance(error, typer.Exit) else error.code
    return status if isinstance(status, int) else 0 if status is None else 1


def _noted(session: Session, status: int) -> int:
    if status:
        session.noted.fail(InvalidArgument.code, {})
    return status


def _report_stop(session: Session, number: int | None) -> int:
    is_terminated = number == signal.SIGTERM
    message = "ended by SIGTERM" if is_terminated else "interrupted"
    details: dict[str, object] = {"results": session.acknowledged} if session.acknowledged else {}
    session.noted.fail(Interrupted.code, details)
    _say(session, Interrupted.code, Interrupted.http_status, message, AGAIN, details)
    return Interrupted.exit_status if is_terminated else INTERRUPTED_BY_USER


def _internal(error: BaseException) -> Internal:
    return Internal(
        f"a bug of omen's: {type(error).__name__}; {_kept_trace(error)}", hint="please report it with that file"
    )


def _kept_trace(error: BaseException) -> str:
    try:
        descriptor, path = tempfile.mkstemp(prefix="omen-trace-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError as problem:
        return f"its trace could not be kept ({problem.strerror}): {str(error)[:200]}"
    return f"its trace is in {path}"


def _say(
    session: Session, code: str, http_status: int | None, message: str, hint: str, details: dict[str, object]
) -> None:
    session.warn(f"omen: {message}" + (f"\n  {hint}" if hint else ""))
    if session.as_json:
        known = {_camel(name): _plain(value) for name, value in details.items()}
        error = {**known, "code": code, "status": http_status, "message": message, "hint": hint}
        with suppress(OSError, OutputFailed):  # the exit status stands, whether or not the answer can be read
            write_json(session.world.stdout, {"ok": False, "command": session.command, "error": error})
            session.world.stdout.flush()


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
