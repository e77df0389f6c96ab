"""An old snapshot becomes a letter that says plainly what it is: the old system's numbers, none of omen's."""

from collections.abc import Iterator

from omen_cli.model.blocks import Paragraph
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.model.letter import Correction, Letter
from omen_cli.model.old_content import old_content
from omen_cli.report.legacy import OF_THE_OLD_SYSTEM, advice, kept, numbers
from omen_cli.report.letter_blocks import sections
from omen_cli.report.letter_limits import Limits, curtailed, cut
from omen_cli.report.letter_page import letter_page
from omen_cli.report.letter_said import Said, Section
from omen_cli.report.letter_text import letter_text
from omen_cli.report.numbers import Numbers
from omen_cli.report.subject import MAX_STORE_NAME

_LIMITS = Limits(cell=60, line=400)


def legacy_letter(snapshot: LegacySnapshot, locale: str, correction: Correction | None = None) -> Letter:
    """Return what a message says of an old snapshot: pure, the same bytes for the same input."""
    said = curtailed(_said(snapshot, correction), _LIMITS)
    marks = "of the old system, corrected" if correction else "of the old system"
    return Letter(
        subject=f"{said.store_name} {snapshot.timeframe.capitalize()} Snapshot ({marks}) – {snapshot.as_of_date}",
        text=letter_text(said),
        html=letter_page(said, Numbers(locale, "USD"), None),
    )


def _said(snapshot: LegacySnapshot, correction: Correction | None) -> Said:
    content = old_content(snapshot)
    return Said(
        store_name=" ".join(cut(snapshot.store_name, MAX_STORE_NAME).replace("=?", "= ?").split()),
        kind=f"{snapshot.timeframe.capitalize()} snapshot of the old system",
        period=f"as of {snapshot.as_of_date}",
        notices=tuple(_notices(correction)),
        verdict=Section("From the archive of the old system", (Paragraph(OF_THE_OLD_SYSTEM),), tone="note"),
        headline="What it said then, unchanged.",
        tiles=(),
        sections=(*sections(numbers(content), ""), *sections(advice(content), "")),
        closing=tuple(kept(snapshot, names_recipients=False)),
        where="in the snapshot itself",
    )


def _notices(correction: Correction | None) -> Iterator[Section]:
    if correction:
        text = f"Replaces: version {correction.before_version}, {correction.before_id}"
        yield Section("This takes the place of one that was sent before", (Paragraph(text),), tone="act")
