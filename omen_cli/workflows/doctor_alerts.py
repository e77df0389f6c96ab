"""Whether alerts would go out, for the doctor: their kind is known, and their server can be connected to."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from omen_cli.ops.reach import connect_problem, has_bad_port, place_of
from omen_cli.workflows.doctor_check import Check

UrlProblem = Callable[[str], str]


def alert_checks(urls: Sequence[str], url_problem: UrlProblem, *, has_proxy: bool) -> Iterator[Check]:
    """Yield a line for each alert; of a URL, which is a secret, only its kind and its place in the list are said.

    Args:
        urls: the alerts of stores.yaml.
        url_problem: returns what is wrong with a URL, "" when nothing is; it sends nothing.
        has_proxy: whether the way out is a proxy, so that connecting proves nothing.
    """
    if not urls:
        fix = "add alerts: [URL] to stores.yaml, or read what cron mails"
        yield Check("warning", "alerts", "none: nobody is told", fix)
    judged = [_judged(_step(number, url), url, url_problem, has_proxy=has_proxy) for number, url in enumerate(urls, 1)]
    with ThreadPoolExecutor(max(1, len(judged))) as pool:  # at the same time: a dead one takes its whole limit
        yield from pool.map(_connected, judged)


def _step(number: int, url: str) -> str:
    return f"alert {number} ({url.partition('://')[0][:30]})"


def _judged(step: str, url: str, url_problem: UrlProblem, *, has_proxy: bool) -> Check | tuple[str, str, int]:
    """Return what is known of an alert without connecting, or its step with the place to connect to."""
    fix = "correct it in alerts: of stores.yaml"
    if problem := url_problem(url):
        return Check("failed", step, problem, fix)
    if has_bad_port(url):
        return Check("failed", step, "its port is none that a server can have", fix)
    place = place_of(url)
    if place is None:
        return Check("ok", step, "names no server of its own; only an alert shows whether it arrives")
    if has_proxy:
        return Check("ok", step, "goes through a proxy; only an alert shows whether it arrives")
    return step, *place


def _connected(judged: Check | tuple[str, str, int]) -> Check:
    if isinstance(judged, Check):
        return judged
    step, host, port = judged
    if problem := connect_problem(host, port):
        fix = "is its server up? does a firewall block it?"
        return Check("failed", step, f"cannot be connected to: {problem}", fix)
    return Check("ok", step, "its server can be connected to; nothing was sent")
