"""The messages of a snapshot: one letter, and an envelope for each recipient."""

from collections.abc import Sequence

from omen_cli.model.legacy import AnySnapshot, LegacySnapshot
from omen_cli.model.letter import Correction, Envelope, Letter
from omen_cli.report.legacy_letter import legacy_letter
from omen_cli.report.letter import letter
from omen_cli.report.mime import compose


def letter_of(snapshot: AnySnapshot, locale: str, correction: Correction | None, *, has_items: bool) -> Letter:
    """Return what a message says of a snapshot; one of the old system has no items to go with it."""
    if isinstance(snapshot, LegacySnapshot):
        return legacy_letter(snapshot, locale, correction)
    return letter(snapshot, locale, correction=correction, has_items=has_items)


def compose_all(
    snapshot: AnySnapshot, locale: str, correction: Correction | None, envelopes: Sequence[Envelope], *, has_items: bool
) -> tuple[bytes, ...]:
    """Return the bytes of a message for each envelope, in their order; the same input gives the same bytes."""
    made = letter_of(snapshot, locale, correction, has_items=has_items)
    return tuple(compose(made, envelope) for envelope in envelopes)
