"""The blocks of a snapshot's other reports, cut into the sections of a letter."""

from collections.abc import Iterable, Iterator

from omen_cli.model.blocks import Block, Heading
from omen_cli.report.letter_said import Section


def sections(blocks: Iterable[Block], untitled: str) -> Iterator[Section]:
    """Yield a section a heading, with what stands under it; `untitled` is the title of what comes before the first."""
    title, under = untitled, list[Block]()
    for block in blocks:
        if not isinstance(block, Heading):
            under.append(block)
            continue
        if under:
            yield Section(title, tuple(under))
        title, under = block.text, []
    if under or title != untitled:
        yield Section(title, tuple(under))
