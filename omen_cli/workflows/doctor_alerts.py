"""Whether alerts would go out, for the doctor: their kind is known, and their server can be connected to."""

from collections.abc import Callable, Iterator, Sequence

from omen_cli.ops.reach import connect_problem, place_of
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
    for number, url in enumerate(urls, 1):
        kind = url.partition("://")[0][:30]
        yield _alert(f"alert {number} ({kind})", url, url_problem, has_proxy=has_proxy)


def _alert(step: str, url: str, url_problem: UrlProblem, *, has_proxy: bool) -> Check:
    if problem := url_problem(url):
        return Check("failed", step, problem, "correct it in alerts: of stores.yaml")
    place = place_of(url)
    if place is None:
        return Check("ok", step, "names no server of its own; only an alert shows whether it arrives")
    if has_proxy:
        return Check("ok", step, "goes through a proxy; only an alert shows whether it arrives")
    if problem := connect_problem(*place):
        return Check(
            "failed", step, f"cannot be connected to: {problem}", "is its server up? does a firewall block it?"
        )
    return Check("ok", step, "its server can be connected to; nothing was sent")
