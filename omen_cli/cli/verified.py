"""How `omen verify` goes through its stores, and what it says of what it found."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.cli.failed import Failure, say_failures, summary
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, DataLost, OmenError
from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.workflows.verify import Verified, kind_of, verify_store

if TYPE_CHECKING:
    from omen_cli.archive.findings import Finding
    from omen_cli.config.settings import StoreSettings
    from omen_cli.workflows.request import Caller

COLUMNS = ("state", "store", "kind", "subject", "problem")
_FIRST = ("state", "kind", "subject", "problem", "store")


def verify_stores(
    session: Session, stores: "Sequence[StoreSettings]", caller: "Caller", *, is_deep: bool, is_repair: bool
) -> None:
    """Verify the stores, one after the other; one store's trouble is never another's.

    Raises:
        CheckFailed: something was found that a repair mends.
        DataLost: something was found that it does not.
        OmenError: an archive could not be read: the one store's own error, or of many exit 1, or 7 when data are lost.
    """
    done: list[Verified] = []
    failures: list[Failure] = []
    for store in stores:
        try:
            done.append(verify_store(session.settings, store, caller, is_deep=is_deep, is_repair=is_repair))
        except OmenError as error:
            failures.append(Failure(store.store_id, store.store_id, error))
    if failures and len(stores) == 1:
        raise failures[0].error
    _warn(session, done)
    results = [_plain(one) for one in done]
    verdict = _verdict(done, results)
    if not (session.as_json and (failures or verdict)):
        session.answer({"results": results}, _blocks(done))
    _raise(session, failures, results, verdict)


def _warn(session: Session, done: Sequence[Verified]) -> None:
    """Say what readers met; with --quiet also what was found, since that is no success."""
    for one in done:
        for warning in one.warnings:
            session.warn(f"omen: {one.store_id}: {warning}")
        for finding in one.remaining if session.is_quiet else ():
            session.warn(f"omen: {one.store_id}: {finding.kind} {finding.subject}: {finding.problem}")


def answer_accepted(session: Session, store_id: str, finding: "Finding") -> None:
    """Say which loss was settled."""
    said = f"{store_id}: {finding.subject} is settled ({finding.kind}: {finding.problem}); the audit keeps the reason"
    session.answer({"storeId": store_id, "accepted": _plain_finding(finding, "accepted")}, [Paragraph(said)])


def _verdict(done: Sequence[Verified], results: Sequence[object]) -> OmenError | None:
    """Return the error that says what was found; None when every archive is sound."""
    lost = [(one.store_id, finding) for one in done for finding in one.remaining if finding.is_lost]
    if lost:
        names = ", ".join(dict.fromkeys(store_id for store_id, _ in lost))
        message = f"{_count(len(lost), 'loss', 'losses')} in {names}: no repair brings that back"
        return DataLost(message, hint="docs/recovery.md says what to do, by the kind of finding", results=results)
    remaining = [(one.store_id, finding) for one in done for finding in one.remaining]
    if remaining:
        stores = list(dict.fromkeys(store_id for store_id, _ in remaining))
        how = f"--store {stores[0]}" if len(stores) == 1 else "--all"
        return CheckFailed(
            f"{_count(len(remaining), 'finding', 'findings')} in {', '.join(stores)}: no data are lost",
            hint=f"run: omen verify {how} --repair",
            results=results,
        )
    return None


def _raise(session: Session, failures: Sequence[Failure], results: Sequence[object], verdict: OmenError | None) -> None:
    """Fail as the worst of all stores: lost data before everything."""
    if failures:
        say_failures(session, failures)
    found = [verdict] if verdict else []
    if failures and not isinstance(verdict, DataLost):
        found.insert(0, summary(f"{len(failures)} archives cannot be verified", failures, results, keeps_status=True))
    for error in found[:1]:
        raise error


def _blocks(done: Sequence[Verified]) -> list[Block]:
    """Return a line a store; before them every finding, and what each kind among them means."""
    shown = [(one.store_id, state, finding) for one in done for state, finding in _states(one)]
    rows = tuple((state, store_id, one.kind, one.subject, one.problem) for store_id, state, one in shown)
    said = [Paragraph(_line(one), is_alarming=one.is_lost) for one in done]
    if not rows:
        return [*said]
    kinds = dict.fromkeys(kind_of(one) for _, _, one in shown)
    legend = [Paragraph(f"{kind.name}: {kind.means}; {kind.remedy}") for kind in kinds]
    return [Table(COLUMNS, rows, whole=frozenset({"kind"}), first=_FIRST), *legend, *said]


def _states(one: Verified) -> "list[tuple[str, Finding]]":
    """Return every finding with what became of it, the worst first."""
    return [
        *(("LOST", finding) for finding in one.remaining if finding.is_lost),
        *(("found", finding) for finding in one.remaining if not finding.is_lost),
        *(("repaired", finding) for finding in one.repaired),
        *(("accepted", finding) for finding in one.accepted),
    ]


def _line(one: Verified) -> str:
    if not one.exists:
        return f"{one.store_id}: no archive yet"
    size = f"{_count(one.snapshots, 'snapshot', 'snapshots')}, {_count(one.audit_lines, 'line', 'lines')} of audit"
    lost = sum(finding.is_lost for finding in one.remaining)
    counts = (("lost", lost), ("found", len(one.remaining) - lost), ("repaired", len(one.repaired)))
    said = ", ".join(f"{count} {name}" for name, count in counts if count) or "sound"
    return f"{one.store_id}: {said} ({size})"


def _plain(one: Verified) -> dict[str, object]:
    return {
        "storeId": one.store_id,
        "exists": one.exists,
        "sound": not one.remaining,
        "lost": one.is_lost,
        "snapshots": one.snapshots,
        "auditLines": one.audit_lines,
        "findings": [_plain_finding(finding, state.casefold()) for state, finding in _states(one)],
    }


def _plain_finding(finding: "Finding", state: str) -> dict[str, object]:
    kind = kind_of(finding)
    return {
        "state": state,
        "kind": finding.kind,
        "subject": finding.subject,
        "problem": finding.problem,
        "means": kind.means,
        "remedy": kind.remedy,
    }


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
