"""What a letter says, before anybody knows whether it becomes text or HTML."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.model.blocks import Block

Tone = Literal["plain", "act", "calm", "alarm", "note"]
Shape = Literal["plain", "advice", "bars", "trend", "small"]
Direction = Literal["up", "down", "flat"]


@dataclass(frozen=True)
class Tile:
    """One number that is read at a glance; `change` says in words how it moved."""

    label: str
    value: str
    change: str
    direction: Direction


@dataclass(frozen=True)
class Section:
    """A title and what stands under it.

    `tone` is how it is meant, `shape` how HTML shows it; `bars` are the widths, in percent, of a table's rows.
    """

    title: str
    blocks: tuple[Block, ...]
    tone: Tone = "plain"
    shape: Shape = "plain"
    bars: tuple[int, ...] = ()


@dataclass(frozen=True)
class Said:
    """The whole letter; `where` tells where that is which was left out."""

    store_name: str
    kind: str
    period: str
    notices: tuple[Section, ...]
    verdict: Section
    headline: str
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    where: str
