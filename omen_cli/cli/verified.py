"""How `omen verify` goes through its stores, and how it ends."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.cli.failed import Failure, plain_failures, say_failures, summary
from omen_cli.cli.findings import blocks, plain, plain_finding
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, DataLost, OmenError
from omen_cli.model.blocks import Paragraph
from omen_cli.model.counted import counted
from omen_cli.workflows.verify import Verified, verify_store

if TYPE_CHECKING:
    from omen_cli.archive.findings import Finding
    from omen_cli.config.settings import StoreSettings
    from omen_cli.workflows.request import Caller


def verify_stores(
    session: Session, stores: "Sequence[StoreSettings]", caller: "Caller", *, is_deep: bool, is_repair: bool
) -> None:
    """Verify the stores, one after the other; one store's trouble is never another's.

    Raises:
        CheckFailed: something was found that a repair mends.
        DataLost: something was found that it does not; when an archive could not be read, that goes with it.
        OmenError: an archive could not be read: the one store's own error, or of many what they agree on, else exit 1.
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
    results = [plain(one) for one in done]
    verdict = _verdict(done, results)
    if not (session.as_json and (failures or verdict)):
        session.answer({"results": results}, blocks(done))
    _raise(session, failures, results, verdict)


def answer_accepted(session: Session, store_id: str, finding: "Finding") -> None:
    """Say which loss was settled."""
    said = f"{store_id}: {finding.subject} is settled ({finding.kind}: {finding.problem}); the audit keeps the reason"
    session.answer({"storeId": store_id, "accepted": plain_finding(finding, "accepted")}, [Paragraph(said)])


def _warn(session: Session, done: Sequence[Verified]) -> None:
    """Say what readers met; with --quiet also what was found, since that is no success."""
    for one in done:
        for warning in one.warnings:
            session.warn(f"omen: {one.store_id}: {warning}")
        for finding in one.remaining if session.is_quiet else ():
            session.warn(f"omen: {one.store_id}: {finding.kind} {finding.subject}: {finding.problem}")


def _verdict(done: Sequence[Verified], results: Sequence[object]) -> OmenError | None:
    """Return the error that says what was found; None when every archive is sound."""
    lost = [(one.store_id, finding) for one in done for finding in one.remaining if finding.is_lost]
    if lost:
        names = ", ".join(dict.fromkeys(store_id for store_id, _ in lost))
        message = f"{counted(len(lost), 'loss', 'losses')} in {names}: no repair brings that back"
        return DataLost(message, hint="docs/recovery.md says what to do, by the kind of finding", results=results)
    remaining = [(one.store_id, finding) for one in done for finding in one.remaining]
    if remaining:
        stores = list(dict.fromkeys(store_id for store_id, _ in remaining))
        how = f"--store {stores[0]}" if len(stores) == 1 else "--all"
        return CheckFailed(
            f"{counted(len(remaining), 'finding')} in {', '.join(stores)}: no data are lost",
            hint=f"run: omen verify {how} --repair",
            results=results,
        )
    return None


def _raise(session: Session, failures: Sequence[Failure], results: Sequence[object], error: OmenError | None) -> None:
    """Fail as the worst of all stores; `error` is what was found, and lost data among it go before every failure."""
    if failures:
        say_failures(session, failures)
        if not isinstance(error, DataLost):
            message = f"{counted(len(failures), 'archive')} cannot be verified"
            raise summary(message, failures, results, keeps_status=True)
        error.details["failures"] = plain_failures(failures)
    if error:
        raise error
