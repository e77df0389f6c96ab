"""The text of a new store in stores.yaml, put in where the last one ends; no other character is touched."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

NO_ZONE = "UTC"
_FILL_IN = "written by omen migrate: fill in name, recipients, sources"
_STEP = 2


class _Mark(Protocol):
    index: int
    column: int


class Node(Protocol):
    """What is read of a node of YAML: where it begins and ends, what it holds, and whether it is in brackets."""

    start_mark: _Mark
    end_mark: _Mark
    value: object
    flow_style: bool


@dataclass(frozen=True)
class Entry:
    """A store to be written: its id, the path of its inventory, and whether it has to say a time zone."""

    store_id: str
    inventory: str
    needs_zone: bool


def with_entries(text: str, stores: object, entries: Sequence[Entry]) -> str:
    """Return the text with entries after the last store; `stores` is the node of the mapping, which is not empty."""
    node = cast("Node", stores)
    at = _end(node, text)
    if node.flow_style:
        return text[:at] + "".join(map(_in_brackets, entries)) + text[at:]
    line_end = text.find("\n", at)
    newline = "\r\n" if text[max(line_end - 1, 0) : line_end] == "\r" or (line_end < 0 and "\r\n" in text) else "\n"
    head, tail = (text + newline, "") if line_end < 0 else (text[: line_end + 1], text[line_end + 1 :])
    first_key, first = _pairs(node)[0]
    indent = first_key.start_mark.column
    inner = _pairs(first)[0][0].start_mark.column - indent if _is_block(first) else _STEP
    added = (line for one in entries for line in _lines(one, " " * indent, " " * inner))
    return head + "".join(f"{line}{newline}" for line in added) + tail


def _lines(one: Entry, indent: str, step: str) -> list[str]:
    """Return the lines of an entry as people write them."""
    zone = [f"{indent}{step}timezone: {NO_ZONE}"] if one.needs_zone else []
    return [
        f"{indent}{one.store_id}:  # {_FILL_IN}",
        f"{indent}{step}name: {json.dumps(one.store_id)}",
        *zone,
        f"{indent}{step}recipients: []",
        f"{indent}{step}sources:",
        f"{indent}{step}{step}inventory:",
        f"{indent}{step}{step}{step}path: {json.dumps(one.inventory)}",
    ]


def _in_brackets(one: Entry) -> str:
    zone = f"timezone: {NO_ZONE}, " if one.needs_zone else ""
    sources = f"sources: {{inventory: {{path: {json.dumps(one.inventory)}}}}}"
    return f", {one.store_id}: {{name: {json.dumps(one.store_id)}, {zone}recipients: [], {sources}}}"


def _end(node: Node, text: str) -> int:
    """Return where the last thing of a mapping ends that is no comment and no blank line."""
    last = _pairs(node)[-1][1]
    while _is_block(last):
        last = _pairs(last)[-1][1] if _is_mapping(last) else cast("list[Node]", last.value)[-1]
    at = last.end_mark.index
    while at and text[at - 1] in "\r\n":  # of a text of several lines: it ends with its last line
        at -= 1
    return at


def _is_block(node: Node) -> bool:
    return isinstance(node.value, list) and bool(node.value) and not node.flow_style


def _is_mapping(node: Node) -> bool:
    return isinstance(node.value, list) and isinstance(node.value[-1], tuple)


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    return cast("list[tuple[Node, Node]]", node.value)
