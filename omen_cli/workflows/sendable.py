"""Whether a snapshot may be sent at all on the terms of a call."""

from omen_cli.errors import Held, InvalidArgument
from omen_cli.model.delivery import DONE
from omen_cli.model.legacy import NOT_KNOWN, NOT_TOLD, has_unknown_history
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.terms import Terms


def require_sendable(entry: Entry, terms: Terms) -> None:
    """Refuse to send what looked wrong, or what a newer version has taken the place of.

    Raises:
        Held: the snapshot is held, and the terms do not allow that.
        InvalidArgument: it is superseded, and the terms do not force it; or the old system sent it, or may have, nobody
            can tell to whom, and the terms are not those of sending again.
    """
    if entry.status == "no_payload":
        raise InvalidArgument(
            f"{entry.id}: only the old system's entry of it was brought over, and no file: there is nothing to send",
            hint=f"omen show --store {entry.store_id} --snapshot {entry.id} says where an old file is kept, if any; "
            f"make the next version: omen generate --store {entry.store_id} --timeframe {entry.timeframe} "
            f"--as-of {entry.as_of_date} --force --reason TEXT",
            snapshot_id=entry.id,
        )
    if entry.status == "held" and not terms.allows_held:
        raise Held(
            f"{entry.id}: is held, since its input looked wrong",
            hint=f"omen show --store {entry.store_id} --snapshot {entry.id} says why; make it anew from a whole "
            "export, or send it all the same with --allow-held --reason TEXT",
            snapshot_id=entry.id,
        )
    _require_told(entry, terms)
    if entry.superseded_by and not terms.is_forced:
        raise InvalidArgument(
            f"{entry.id}: version {entry.version}, superseded by {entry.superseded_by}",
            hint=f"send that: --snapshot {entry.superseded_by}; or this one with --force --reason TEXT",
            snapshot_id=entry.id,
        )


def _require_told(entry: Entry, terms: Terms) -> None:
    is_begun = terms.is_resend or terms.only_failed
    if is_begun or not any(one.recipient in (NOT_TOLD, NOT_KNOWN) and one.state in DONE for one in entry.deliveries):
        return
    problem = "the old system sent it, and does not tell to whom"
    if has_unknown_history(entry):
        problem = "whether the old system sent it is not known: it left no entry that tells"
    raise InvalidArgument(
        f"{entry.id}: {problem}",
        hint="ask who has it; then send it all the same with --resend --reason TEXT, to whom you name with --to",
        snapshot_id=entry.id,
    )
