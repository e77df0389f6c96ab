"""Arithmetic as omen prints it, worked out again without omen's code; and how far rounded inputs can lead it astray."""

import ast
import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from omen_cli.report.explain.tree import Call, Chain, Node, Operand

ROUNDED = {"money", "percent", "points", "days", "quantity_per_day"}
HALF = Fraction(1, 200)
_FUNCTIONS = {"max": max, "floor": math.floor, "ceil": math.ceil}
_COMPARED = {ast.Lt: lambda a, b: a < b, ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b,
             ast.GtE: lambda a, b: a >= b}  # fmt: skip


def recalculate(arithmetic: str) -> Any:
    """Return the exact value of a printed arithmetic; days are their ordinal."""
    text = re.sub(r"\d{4}-\d\d-\d\d", lambda day: str(date.fromisoformat(day[0]).toordinal()), arithmetic)
    return _value(ast.parse(text.replace("true", "True").replace("false", "False"), mode="eval").body, text)


def _value(node: ast.expr, text: str) -> Any:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, bool) else Fraction(ast.get_source_segment(text, node) or "")
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, text)
    if isinstance(node, ast.BoolOp):
        return all(_value(one, text) for one in node.values)
    if isinstance(node, ast.Compare):
        values = [_value(one, text) for one in (node.left, *node.comparators)]
        return all(_COMPARED[type(op)](*pair) for op, pair in zip(node.ops, pairwise(values), strict=True))
    if isinstance(node, ast.Call):
        return Fraction(_FUNCTIONS[node.func.id](*(_value(one, text) for one in node.args)))
    left, right = _value(node.left, text), _value(node.right, text)
    known = {ast.Add: lambda: left + right, ast.Sub: lambda: left - right, ast.Mult: lambda: left * right}
    return left / right if isinstance(node.op, ast.Div) else known[type(node.op)]()


def written(value: Any, unit: str) -> Any:
    """Return an exact value as a snapshot writes its unit."""
    if unit == "flag":
        return value
    if unit == "date":
        return date.fromordinal(int(value))
    context = Context(prec=60, rounding=ROUND_HALF_UP)
    number = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return (
        number.normalize(context)
        if unit in ("count", "quantity")
        else number.quantize(Decimal("0.01"), context=context)
    )


def bounds(node: Node) -> tuple[Any, Any] | None:
    """Return the least and the greatest value that unrounded inputs can give; None when a divisor may be 0.

    Of a condition: whether it holds for certain, and whether it can hold.
    """
    if isinstance(node, Operand):
        return _around(node)
    if isinstance(node, Decimal):
        return Fraction(node), Fraction(node)
    args = [bounds(one) for one in node.args]
    if None in args:
        return None
    if isinstance(node, Call) and node.name != "velocity":
        return _ends(node.name, args)
    if isinstance(node, Call):
        return _binary("/", *args)
    if not isinstance(node, Chain):
        return sum((low for low, _ in args), Fraction(0)), sum((high for _, high in args), Fraction(0))
    return _chained(node.signs, args)


def _around(leaf: Operand) -> tuple[Any, Any]:
    if isinstance(leaf.value, bool):
        return leaf.value, leaf.value
    exact = Fraction(leaf.value.toordinal() if isinstance(leaf.value, date) else leaf.value)
    off = HALF if leaf.unit in ROUNDED and not leaf.name.endswith(("Max", "Min")) else 0
    return exact - off, exact + off


def _ends(name: str, args: list[Any]) -> tuple[Any, Any]:
    lows, highs = zip(*args, strict=True)
    return Fraction(_FUNCTIONS[name](*lows)), Fraction(_FUNCTIONS[name](*highs))


def _chained(signs: tuple[str, ...], args: list[Any]) -> Any:
    if signs[0] == "and":
        return all(low for low, _ in args), all(high for _, high in args)
    if signs[0] not in "+-*/":
        pairs = [_compared(*one) for one in zip(signs, args[:-1], args[1:], strict=True)]
        return all(low for low, _ in pairs), all(high for _, high in pairs)
    result = args[0]
    for sign, arg in zip(signs, args[1:], strict=True):
        result = result and _binary(sign, result, arg)
    return result


def _compared(sign: str, left: Any, right: Any) -> tuple[bool, bool]:
    if sign in (">", ">="):
        left, right, sign = right, left, sign.replace(">", "<")
    is_strict = sign == "<"
    certain = left[1] < right[0] if is_strict else left[1] <= right[0]
    return certain, left[0] < right[1] or (left[0] <= right[1] and not is_strict)


def _binary(sign: str, left: Any, right: Any) -> tuple[Any, Any] | None:
    if sign == "/" and right[0] <= 0 <= right[1]:
        return None
    known = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}
    corners = [known[sign](a, b) for a in left for b in right]
    return min(corners), max(corners)
