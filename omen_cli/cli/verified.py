"""How `omen verify` goes through its stores, and how it ends."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.cli.failed import Failure, plain_failures, say_failures, summary
from omen_cli.cli.findings import blocks, id_of, plain, plain_finding
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, DataLost, OmenError
from omen_cli.model.blocks import Paragraph
from omen_cli.model.counted import counted
from omen_cli.workflows.accept import Settled
from omen_cli.workflows.audits import DATA_AUDIT
from omen_cli.workflows.verify import Verified, verify_of_no_store, verify_store

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.workflows.request import Caller


def verify_stores(
    session: Session,
    stores: "Sequence[StoreSettings]",
    caller: "Caller",
    *,
    is_deep: bool,
    is_repair: bool,
    is_all: bool,
) -> None:
    """Verify the stores, one after the other, then with `is_all` what belongs to none; no trouble is another's.

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
    if is_all:
        try:
            of_none = verify_of_no_store(session.settings, caller, is_repair=is_repair)
            done.extend([of_none] if of_none else [])
        except OmenError as error:
            failures.append(Failure("", DATA_AUDIT, error))
    if failures and not is_all:
        raise failures[0].error
    _note(session, done)
    if is_all and not failures and all(one.store_id != DATA_AUDIT for one in done):
        session.noted.count(DATA_AUDIT, "sound")  # there is nothing yet that belongs to no store
    _warn(session, done)
    results = [plain(one) for one in done]
    verdict = _verdict(done, results)
    if not (session.as_json and (failures or verdict)):
        session.answer({"results": results}, blocks(done))
    _raise(session, failures, results, verdict)


def answer_accepted(session: Session, settled: Settled) -> None:
    """Say which loss was settled."""
    store_id, finding = settled.store_id, settled.finding
    for warning in settled.warnings:
        session.warn(f"omen: {store_id}: {warning}")
    said = f"{store_id}: {finding.subject} is settled ({finding.kind}: {finding.problem}); the audit keeps the reason"
    session.answer({"storeId": id_of(store_id), "accepted": plain_finding(finding, "accepted")}, [Paragraph(said)])


def _note(session: Session, done: Sequence[Verified]) -> None:
    for one in done:
        for finding in one.remaining:
            session.noted.count(one.store_id, finding.kind)
        if not one.remaining:
            session.noted.count(one.store_id, "sound")
        elif any(finding.is_lost for finding in one.remaining):
            session.noted.blame(one.store_id, DataLost.code)
        else:
            session.noted.blame(one.store_id, CheckFailed.code)


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
        how = f"--store {stores[0]}" if len(stores) == 1 and stores[0] != DATA_AUDIT else "--all"
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
