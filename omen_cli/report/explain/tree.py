"""A formula over the numbers of one snapshot, and its exact value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from operator import add, eq, ge, gt, le, lt, mul, sub, truediv
from typing import Literal

from omen_cli.model.content import Unit

ShownUnit = Unit | Literal["points", "date", "flag"]
Known = Decimal | date | bool
Exact = Fraction | bool


@dataclass(frozen=True)
class Operand:
    """One number that a formula takes from the snapshot; `name` as in formulas and JSON, `label` as a person says it.

    `value` is None where the snapshot does not know it. `row` says of which row it is, where it is of one of many.
    """

    name: str
    label: str
    unit: ShownUnit
    value: Known | None
    row: str = ""


@dataclass(frozen=True)
class Chain:
    """Arguments with a sign between each two: `a + b`, `a <= b <= c`, `p and q`."""

    signs: tuple[str, ...]
    args: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A function of its arguments: `max`, `floor`, `ceil`, or `velocity`, which is the one ÷ the other."""

    name: str
    args: tuple["Node", ...]


@dataclass(frozen=True)
class Total:
    """A sum over rows; `inner` is what is summed, with the names and labels of columns, `over` which rows they are."""

    inner: "Node"
    over: str
    args: tuple["Node", ...]


Node = Operand | Decimal | Chain | Call | Total

_ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": truediv}
_COMPARED = {"<": lt, "<=": le, "==": eq, ">": gt, ">=": ge}


def value_of(node: Node) -> Exact | None:
    """Return the exact value, days as their ordinal; None when an operand is unknown or a divisor is 0."""
    if isinstance(node, Operand):
        return None if node.value is None else _exact(node.value)
    if isinstance(node, Decimal):
        return Fraction(node)
    values = [value_of(arg) for arg in node.args]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if isinstance(node, Total):
        return sum(known, Fraction(0))
    if isinstance(node, Chain):
        return _chained(node.signs, known)
    return _chained(("/",), known) if node.name == "velocity" else _called(node.name, known)


def leaves(node: Node) -> Iterator[Operand]:
    """Yield the operands as they are read, one that is used twice twice."""
    if isinstance(node, Operand):
        yield node
    elif not isinstance(node, Decimal):
        for arg in node.args:
            yield from leaves(arg)


def _exact(value: Known) -> Exact:
    if isinstance(value, bool):
        return value
    return Fraction(value.toordinal() if isinstance(value, date) else value)


def _called(name: str, values: list[Exact]) -> Exact:
    if name == "max":
        return max(values)
    return Fraction(floor(values[0]) if name == "floor" else ceil(values[0]))


def _chained(signs: tuple[str, ...], values: list[Exact]) -> Exact | None:
    if signs[0] == "and":
        return all(values)
    if signs[0] in _COMPARED:
        return all(_COMPARED[sign](*pair) for sign, pair in zip(signs, pairwise(values), strict=True))
    result = Fraction(values[0])
    for sign, value in zip(signs, values[1:], strict=True):
        if sign == "/" and not value:
            return None
        result = _ARITHMETIC[sign](result, Fraction(value))
    return result
