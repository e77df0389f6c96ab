"""The streams of this process as omen uses them: whatever the shell made of them, writing answers or fails plainly."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import StringIO, TextIOWrapper
from typing import TextIO

from omen_cli.errors import OutputFailed

_AGAIN = "run the same command again: what was acknowledged is kept"


class ClosedStdout(StringIO):
    """Stands in for a stdout that the shell closed (`>&-`)."""

    def flush(self) -> None:
        """Fail once something was written.

        Raises:
            OutputFailed: nobody can read what was written.
        """
        if self.getvalue():
            raise OutputFailed("stdout: it is closed", hint=_AGAIN)


def usable(stream: TextIO | None, stand_in: TextIO) -> TextIO:
    """Return the stream, with `?` for the characters that its encoding lacks; `stand_in` for one that is closed."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stand_in if stream is None else stream


@contextmanager
def answering() -> Iterator[None]:
    """Turn what a full disk or a closed stdout raises into OutputFailed; a reader that went away stays as it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputFailed(f"stdout: {error.strerror}", hint=_AGAIN) from error


@contextmanager
def printing_to(stdout: TextIO, stderr: TextIO) -> Iterator[None]:
    """Let typer print its help to these, and fail like every answer when that cannot be written."""
    printed = StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(stderr):
            yield
    finally:
        with answering():
            if text := printed.getvalue():
                stdout.write(text)
            stdout.flush()


def close(stream: TextIO | None) -> None:
    """Flush for the last time; what cannot be written was said already, and the interpreter must not say it again."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
