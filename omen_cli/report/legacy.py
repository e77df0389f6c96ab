"""An old snapshot as `omen show` prints it, and how two of them differ: shown as what they are."""

from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.legacy import NOT_KNOWN, NOT_TOLD, LegacySnapshot, was_emailed
from omen_cli.model.legacy_difference import ComparedDocument, LegacyDifference
from omen_cli.model.old_content import OLD_NUMBERS, OldContent, old_content

NO_PAYLOAD = "Only its entry in the old index was left, and no file that could be brought over: it cannot be sent."
UNKNOWN_HISTORY = "Whether the old system e-mailed it is not known: ask before it is sent."
UNTOLD_TIME = "(it is not told when)"
OF_THE_OLD_SYSTEM = "Made by the old system and kept as it was: omen computed none of these numbers."


def legacy(snapshot: LegacySnapshot, *, has_unknown_history: bool = False) -> list[Block]:
    """Return what an old snapshot says, in the old system's own numbers and words; and what nobody knows of it."""
    said = old_content(snapshot)
    blocks: list[Block] = [
        Heading(f"{snapshot.store_name}: {snapshot.timeframe} snapshot of {snapshot.as_of_date}, of the old system"),
        Paragraph(OF_THE_OLD_SYSTEM),
    ]
    if snapshot.payload is None:
        blocks.append(Paragraph(NO_PAYLOAD, is_alarming=True))
    if has_unknown_history:
        blocks.append(Paragraph(UNKNOWN_HISTORY, is_alarming=True))
    return [*blocks, *numbers(said), *advice(said), Heading("Kept"), *map(Paragraph, kept(snapshot))]


def numbers(said: OldContent) -> Iterator[Block]:
    """Yield a table of what the old system counted, when it says anything."""
    if said.numbers:
        yield Heading("As the old system counted")
        rows = tuple((OLD_NUMBERS[name], f"{said.numbers[name]:f}") for name in OLD_NUMBERS if name in said.numbers)
        yield Table(("number", "value"), rows, right=frozenset({"value"}))


def advice(said: OldContent) -> Iterator[Block]:
    """Yield a table of what the old system advised, when it advised anything."""
    if said.advice:
        yield Heading("What the old system advised")
        rows = tuple((one.action, one.name, one.reason) for one in said.advice)
        yield Table(("action", "item", "why"), rows, first=("item", "action", "why"))


def kept(snapshot: LegacySnapshot, *, names_recipients: bool = True) -> Iterator[str]:
    """Yield what is kept of it, a line each; a letter to one recipient names no other."""
    made = snapshot.generated_at.isoformat(sep=" ", timespec="minutes")
    yield f"{snapshot.id}, version {snapshot.version}, made {made}, request {snapshot.request_id or 'unknown'}"
    if snapshot.payload:
        one = snapshot.payload
        yield f"Old file: {one.name}, {one.bytes} bytes, SHA-256 {one.sha256}"
    if snapshot.old_entry is None:
        yield "The old index had no entry of it."
    if snapshot.supersedes:
        yield f"Supersedes {snapshot.supersedes}"
    if was_emailed(snapshot) and names_recipients:
        at = snapshot.email_sent_at.isoformat(sep=" ", timespec="minutes") if snapshot.email_sent_at else UNTOLD_TIME
        known = ", ".join(one for one in snapshot.delivered_to if one not in (NOT_TOLD, NOT_KNOWN))
        yield f"E-mailed {at} to {known or snapshot.email_recipient or 'somebody'}, says the old index"
    yield f"All of it: omen show --store {snapshot.store_id} --snapshot {snapshot.id} --json"


def legacy_difference(found: LegacyDifference) -> list[Block]:
    """Return how two snapshots differ, as far as that can be said."""
    blocks: list[Block] = [
        Heading(f"{found.store_name}: what can be compared"),
        Table(
            ("", "before", "now"),
            tuple((name, *_pair(name, found.before, found.now)) for name in _SIDES),
            whole=frozenset({"before", "now"}),
        ),
        Paragraph(_of_files(found)),
    ]
    if found.numbers:
        rows = tuple(
            (OLD_NUMBERS[one.name], _text(one.before), _text(one.now), _text(one.change)) for one in found.numbers
        )
        blocks.append(Table(("number", "before", "now", "change"), rows, right=frozenset({"before", "now", "change"})))
    return [*blocks, Paragraph(found.not_compared)]


_SIDES = ("id", "of", "as of", "version")


def _pair(name: str, *sides: ComparedDocument) -> tuple[str, ...]:
    return tuple(_side(name, one) for one in sides)


def _side(name: str, one: ComparedDocument) -> str:
    is_old = one.format.startswith("omen.legacy")
    said = {
        "id": one.id,
        "of": "the old system" if is_old else "omen",
        "as of": f"{one.timeframe} {one.as_of_date}",
        "version": str(one.version),
    }
    return said[name]


def _of_files(found: LegacyDifference) -> str:
    if found.same_payload is None:
        return "There are no two old files to compare."
    return "The old files are the same, to the byte." if found.same_payload else "The old files are not the same."


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
