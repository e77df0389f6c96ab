"""The messages of a snapshot: one letter, and an envelope for each recipient."""

from collections.abc import Sequence

from omen_cli.model.letter import Correction, Envelope
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.letter import letter
from omen_cli.report.mime import compose


def compose_all(
    snapshot: Snapshot, locale: str, correction: Correction | None, envelopes: Sequence[Envelope], *, has_items: bool
) -> tuple[bytes, ...]:
    """Return the bytes of a message for each envelope, in their order; the same input gives the same bytes."""
    made = letter(snapshot, locale, correction=correction, has_items=has_items)
    return tuple(compose(made, envelope) for envelope in envelopes)
