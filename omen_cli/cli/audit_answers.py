"""How `omen audit` answers: the events of one audit or of many, or whether every chain holds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from omen_cli.cli.session import Session
from omen_cli.errors import OmenError
from omen_cli.model.counted import counted
from omen_cli.model.safe_text import safe_text

if TYPE_CHECKING:
    from omen_cli.workflows.audit import Found, Wanted
    from omen_cli.workflows.audits import Audit

MAX_NAMES = 30


def list_audits(
    session: Session,
    asked: "Sequence[Audit]",
    wanted: "Wanted",
    limit: int | None,
    *,
    as_csv: bool,
    is_all: bool,
    is_denied: bool,
) -> None:
    """Answer with the events that are asked for; of `--all` without those of an audit that cannot be read.

    With `is_denied` they are refusals, and each call is listed once. Who is confined to a store sees nothing of others.
    """
    from omen_cli.cli.audited import audit_table
    from omen_cli.workflows.audit import list_events
    from omen_cli.workflows.audit_masked import masked_for
    from omen_cli.workflows.denials_told import list_denied

    found = (list_denied if is_denied else list_events)(asked, wanted, limit)
    if session.confined_to is not None:
        found.events = tuple(masked_for(session.confined_to, one) for one in found.events)
    data = [one.plain() for one in found.events]
    for warning in found.warnings:
        session.warn(f"omen: {warning}")
    if not (found.unreadable and (session.as_json or not is_all)):
        _say_what_is_missing(session, found, wanted, "--all" if is_all else f"--store {asked[0].store_id}")
        session.answer_table(data, audit_table(found.events, with_store=is_all), as_csv=as_csv)
    _raise_failures(session, found.unreadable, data, "cannot be read", is_all=is_all, keeps_status=False)


def _say_what_is_missing(session: Session, found: "Found", wanted: "Wanted", which: str) -> None:
    """Say what to run when there is nothing to list, or less than there is."""
    from omen_cli.workflows.audit import is_named

    names = ", ".join(safe_text(name) for name in sorted(found.names)[:MAX_NAMES])
    for asked in wanted.names if names else ():
        if not any(is_named(name, asked) for name in found.names):
            session.say(f"omen: no event {safe_text(asked)!r} occurs; these do: {names}")
    if found.total > len(found.events):
        session.say(f"omen: the newest {len(found.events)} of {found.total} events; all of them: --limit 0")
    elif not found.total and not (wanted.names or wanted.is_dated):
        session.say(f"omen: no events yet; run: omen generate {which}")
    elif not found.total:
        session.say(f"omen: no event matches; all of them: omen audit {which} --limit 0")


def check_chains(session: Session, asked: "Sequence[Audit]", expect_head: str | None, *, is_all: bool) -> None:
    """Answer whether every chain holds.

    Raises:
        ArchiveDamaged: one does not; with `--all` each is said.
    """
    from omen_cli.cli.audited import holds
    from omen_cli.workflows.audit_check import check_audits, place_of

    warnings: list[str] = []
    checked, failed = check_audits(asked, warnings, expected_head=expect_head)
    for one in checked:
        for at in one.settled:
            session.say(f"omen: {one.audit.name}: {place_of(at)}: {at.problem}; this is settled")
    for warning in warnings:
        session.warn(f"omen: {warning}")
    data = [one.plain() for one in checked]
    if not (failed and (session.as_json or not is_all)):
        session.answer(data, [holds(one) for one in checked if one.audit not in failed])
    _raise_failures(session, failed, data, "did not hold", is_all=is_all, keeps_status=True)


def _raise_failures(
    session: Session,
    failed: "Mapping[Audit, OmenError]",
    results: "Sequence[object]",
    what: str,
    *,
    is_all: bool,
    keeps_status: bool,
) -> None:
    """Fail when an audit failed: with its own error, or of many with one that names them all.

    Raises:
        OmenError: there is such an audit.
    """
    from omen_cli.cli.failed import Failure, say_failures, summary

    failures = [Failure(audit.store_id or "", audit.name, error) for audit, error in failed.items()]
    if failures and not is_all:
        failures[0].error.details["results"] = results
        raise failures[0].error
    if failures:
        say_failures(session, failures)
        message = f"{counted(len(failures), 'audit')} {what} ({', '.join(audit.name for audit in failed)})"
        raise summary(message, failures, results, keeps_status=keeps_status)
