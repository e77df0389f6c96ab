"""What an audit tells whoever is confined to one store: of a refusal between two stores, nothing of the other one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from omen_cli.archive.denials import DENIED
from omen_cli.workflows.audit import Recorded

MASK = "(another store's)"
_OF_WHOM_IT_WAS_ABOUT = ("storeId", "snapshotId", "reason")
_OF_WHOM_IT_WAS_ASKED_FOR = ("requestedFor", "by", "role", "reason")


def masked_for(own: str, recorded: Recorded) -> Recorded:
    """Return an event as the holder of a token of the store `own` may see it; the archive keeps all of it.

    A refusal may be of another store's people who reached for this one, or of this one's who reached for another: who
    and which that was, and the reason, which names it, give way to `MASK`.
    """
    hidden = frozenset(_hidden(own, recorded.event))
    if not hidden:
        return recorded
    shown = {name: MASK if name in hidden and value is not None else value for name, value in recorded.event.items()}
    return replace(recorded, event=shown)


def _hidden(own: str, event: Mapping[str, object]) -> Iterator[str]:
    if event.get("event") != DENIED:
        return
    if event.get("storeId") not in (None, own):
        yield from _OF_WHOM_IT_WAS_ABOUT
    if event.get("requestedFor") not in (None, own):
        yield from _OF_WHOM_IT_WAS_ASKED_FOR
