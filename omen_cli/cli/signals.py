"""^C and SIGTERM: an exception that no `except Exception` below can swallow, and a memory of it in case a library does.

DuckDB drops what a signal handler raises while a query runs, and raises RuntimeError("Query interrupted") instead.
"""

import signal
from types import FrameType

_HEARD = (signal.SIGINT, signal.SIGTERM)
_received: list[int] = []


def listen() -> None:
    """End the command at ^C or SIGTERM; one that the caller had ignored (`nohup`, `&` in a script) stays ignored."""
    for number in _HEARD:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def unlisten() -> None:
    """Let a signal end the process at once: everything is said and done, only the interpreter's own end is left."""
    for number in _HEARD:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_DFL)


def received_signal() -> int | None:
    """Return the first signal that arrived, None when none did."""
    return _received[0] if _received else None


def _stop(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise KeyboardInterrupt(number)
