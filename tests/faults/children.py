"""Commands in forked children: what one answered, or that it died; never more than a minute."""

import gc
import os
import pickle
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any

KILLED = 9
MAX_SECONDS = 60.0


class Died(Exception):
    """The child ended without an answer: `status` as the shell has it, negative for a signal; "hung" when it did."""

    def __init__(self, status: int, why: str = "") -> None:
        super().__init__(why or f"ended with {status}")
        self.status, self.is_hung = status, why == "hung"


def in_child(work: Callable[[], Any]) -> Any:
    """Return what `work()` returns in a forked child: the child's last act is to write it down.

    Raises:
        Died: it was made to die, or it hung.
        RuntimeError: `work` raised; the text is its trace.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work(work, reading, writing)
    os.close(writing)
    try:
        raw = _read_all(reading, child)
    finally:
        os.close(reading)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if raw is None:
        raise Died(status, "hung")
    if status or not raw:
        raise Died(status)
    answer, trace = pickle.loads(raw)
    if trace:
        raise RuntimeError(trace)
    return answer


def _work(work: Callable[[], Any], reading: int, writing: int) -> None:
    close, write, end = os.close, os.write, os._exit
    gc.disable()  # a collection would copy every page that the parent shares
    try:
        close(reading)
        answer, trace = None, ""
        try:
            answer = work()
        except BaseException:  # noqa: BLE001 (the child must end here, whatever it was)
            trace = traceback.format_exc()
        rest = memoryview(pickle.dumps((answer, trace)))
        while rest:
            rest = rest[write(writing, rest) :]
    finally:
        end(0)


def _read_all(reading: int, child: int) -> bytes | None:
    parts: list[bytes] = []
    deadline = time.monotonic() + MAX_SECONDS
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            return None
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
