"""A real `omen send` that is under way for the time of a `with`: at a server that does not answer, until it is ended."""

import subprocess
import time
from contextlib import contextmanager

from tests.cli.processes import OMEN, environment

DEADLINE_S = 60
_HEARING = ("env", "--default-signal=INT")  # ^C is ignored by what a job in the background starts


def until(claim, process):
    """Wait until the claim holds; a process that ends before it does is a failure."""
    deadline = time.monotonic() + DEADLINE_S
    while not claim():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


@contextmanager
def sending(week, is_under_way):
    """Run the send in a process of its own, for the time of a `with` that begins when it is under way."""
    process = subprocess.Popen(
        [*_HEARING, *OMEN, *week.named],
        cwd=week.stores.config.parent,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(is_under_way, process)
        yield process
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


def has_it(server):
    return lambda: sum(server.accepted.values()) == 1
