"""What the doctor found, as it is shown: lines under headings on a terminal, a row a step in a pipe."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Block, Heading, Paragraph, Table

if TYPE_CHECKING:
    from omen_cli.workflows.arrival import Story
    from omen_cli.workflows.doctor import Examined
    from omen_cli.workflows.doctor_check import Check
    from omen_cli.workflows.examination import Part

_COLUMN = 11


def mail_blocks(examined: "Examined") -> list[Block]:
    """Return what was found of the mail."""
    return [*_lines(examined.checks), Paragraph(examined.note)]


def story_blocks(story: "Story", *, is_tty: bool) -> list[Block]:
    """Return the story of a snapshot."""
    if is_tty:
        return [Heading(f"Did {story.request} arrive?"), *_lines(story.checks)]
    return [Table(("outcome", "step", "found", "fix"), tuple(_row(check) for check in story.checks))]


def part_blocks(parts: "Sequence[Part]", *, is_tty: bool) -> list[Block]:
    """Return the parts of a whole examination."""
    if is_tty:
        return [block for part in parts for block in (Heading(part.title), *_lines(part.checks))]
    rows = tuple((check.outcome, part.title, *_row(check)[1:]) for part in parts for check in part.checks)
    return [Table(("outcome", "part", "step", "found", "fix"), rows)]


def _lines(checks: "Iterable[Check]") -> Sequence[Block]:
    return [line for check in checks for line in _said(check)]


def _said(check: "Check") -> list[Paragraph]:
    is_failed = check.outcome == "failed"
    said = Paragraph(f"{check.outcome:<{_COLUMN}}{check.step}: {check.found}", is_alarming=is_failed)
    return [said, Paragraph(f"{'':<{_COLUMN}}{check.fix}")] if check.fix else [said]


def _row(check: "Check") -> tuple[str, ...]:
    return (check.outcome, check.step, check.found, check.fix)
