"""Whether a version corrects what somebody has, or could have: then only a person sends it."""

from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.draft import DAY_ENDED
from omen_cli.workflows.lookup import versions_of


def is_correction(archive: Archive, entry: Entry) -> bool:
    """Tell whether it takes the place of what went to somebody, or could have: a person decides whether to send that.

    What was made before its day had ended could not, nor could what was held.
    """
    if entry.version == 1:
        return False
    before = [one for one in versions_of(archive, entry) if one.version < entry.version]
    if any(map(_went_out, before)):
        return True
    is_first_sound = any(one.status == "held" for one in before) and all(map(_was_kept_back, before))
    return entry.reason != DAY_ENDED and not is_first_sound


def would_correct(archive: Archive, timeframe: Timeframe, as_of: date) -> bool:
    """Tell whether a next version would be a correction: what was made before its day had ended went to somebody."""
    newest = archive.find(timeframe, as_of)
    return newest is not None and any(map(_went_out, versions_of(archive, newest)))


def _went_out(entry: Entry) -> bool:
    """Tell whether a message of it was begun, whatever became of it."""
    return entry.email_sent or bool(entry.deliveries)


def _was_kept_back(entry: Entry) -> bool:
    return entry.status == "held" or entry.provisional
