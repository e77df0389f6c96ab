"""Whether a version corrects what somebody has, or could have: then only a person sends it."""

from collections.abc import Iterable
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.archive.marks import key_of_message
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.audited_before import Before, audited_before
from omen_cli.workflows.draft import DAY_ENDED
from omen_cli.workflows.lookup import versions_of


def is_correction(archive: Archive, entry: Entry, *, has_server: bool) -> bool:
    """Tell whether it takes the place of what went to somebody, or could have: a person decides whether to send that.

    The audit is asked first: of what was pruned or lost since, somebody has the message all the same, and its number
    may be this one's. What was made before its day had ended could not have been sent, nor could what was held. With a
    server, a message that only went into a folder went to nobody.
    """
    audited = audited_before(archive, entry.timeframe, entry.as_of_date, entry.id)
    before = [one for one in versions_of(archive, entry) if one.version < entry.version]
    if _any_went_out(audited, before, has_server=has_server):
        return True
    if entry.version == 1:
        return False
    is_first_sound = any(one.status == "held" for one in before) and all(map(_was_kept_back, before))
    return entry.reason != DAY_ENDED and not is_first_sound


def would_correct(archive: Archive, timeframe: Timeframe, as_of: date, *, has_server: bool) -> bool:
    """Tell whether a next version would be a correction: what was made before its day had ended went to somebody."""
    newest = archive.find(timeframe, as_of)
    there = versions_of(archive, newest) if newest else ()
    return _any_went_out(audited_before(archive, timeframe, as_of), there, has_server=has_server)


def _any_went_out(audited: Iterable[Before], there: Iterable[Entry], *, has_server: bool) -> bool:
    """Tell whether a message of one was begun, whatever became of it, as the audit has it or the entry."""
    known = {one.id: one for one in audited}
    if any(one.went_out(has_server=has_server) for one in known.values()):
        return True
    return any(_went_out(one, known[one.id].only_kept() if has_server and one.id in known else ()) for one in there)


def _went_out(entry: Entry, kept: Iterable[str]) -> bool:
    if not entry.deliveries:
        return entry.email_sent
    return not {key_of_message(one.message_id) for one in entry.deliveries} <= set(kept)


def _was_kept_back(entry: Entry) -> bool:
    return entry.status == "held" or entry.provisional
