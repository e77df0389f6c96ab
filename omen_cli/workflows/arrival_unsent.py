"""Why `omen run` sends a snapshot to nobody new: it is held, provisional, a correction, or not the newest."""

from omen_cli.archive.archive import Archive
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.corrected import is_correction
from omen_cli.workflows.due import StoreDue


def why_unsent(archive: Archive, entry: Entry, due: StoreDue, *, has_server: bool) -> str:
    """Return why `omen run` sends a snapshot to nobody who has none of it; "" when it does."""
    frame = next((one for one in due.frames if one.schedule.timeframe == entry.timeframe), None)
    if entry.status == "held":
        return "it is held"
    if entry.provisional:
        return "it is provisional"
    if entry.created_via == "migrate":
        return "it is the old system's, and is sent only by a person"
    if frame is None:
        return f"the store has no schedule for {entry.timeframe}, so only omen send sends it"
    if is_correction(archive, entry, has_server=has_server):
        return "a corrected version is sent only by omen send"
    if frame.newest.as_of > entry.as_of_date:
        return f"it is older than {frame.newest.as_of}, and only the newest is sent; catching up keeps the others"
    newest = frame.newest_id()
    is_newest = newest is not None and str(newest) == entry.id
    return "" if is_newest else "it is not the newest that is due"
