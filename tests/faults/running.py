"""`omen run` in a scene: a week that is made and due to be sent, small messages, a folder in the place of a server."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from omen_cli.cli.failure import report
from omen_cli.cli.run import run_once
from omen_cli.cli.session import Session
from omen_cli.cli.ticked import means_of
from omen_cli.workflows.tick import Means
from tests.faults import sending
from tests.faults.invariants import BUG
from tests.faults.scene import LOCK_WAIT_S, NJ, Answer, answered, facts_of, world
from tests.faults.taken import DELIVERY

_RECIPIENTS = f"    recipients: [{sending.RECIPIENT}]\n"


def due(folder: Path) -> None:
    """Prepare an installation in which the week of one store was made, is the newest that is due, and was not sent."""
    sending.with_outbox(folder)
    config = folder / "stores.yaml"
    text = config.read_text("utf-8").replace(_RECIPIENTS, f"{_RECIPIENTS}    schedule: {{weekly: MON 23:00}}\n")
    config.write_text(text, "utf-8")


def run(folder: Path, at: datetime) -> Answer:
    """Run one tick; a bug that it met and told of ends the scene as a bug does."""
    outside = world(folder, at)
    session = Session(outside, as_json=True)
    try:
        session.begin("run", config=None, as_json=True)
        real = means_of(session, lambda request: facts_of(request, 0))
        means = Means(real.compute, lambda store: replace(real.tools(store), compose=sending.composed))
        run_once(session, LOCK_WAIT_S, means)
        status = 0
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001  as main does
        status = report(session, error)
    said = outside.stdout.getvalue()
    answer = answered(outside, BUG if '"code":"internal"' in said else status)
    sent = frozenset((NJ, f"{DELIVERY}{one['key']}") for one in _deliveries(said) if _is_kept(one))
    return replace(answer, acknowledged=answer.acknowledged | sent)


def _deliveries(text: str) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except ValueError:
        return []
    about = document.get("data") or document.get("error") or {}
    return about.get("deliveries") or []


def _is_kept(one: dict[str, Any]) -> bool:
    return one["outcome"] == "sent" and (one["mark"] is None or one["mark"]["success"])
