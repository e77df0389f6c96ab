"""One number with its formula, its operands and its arithmetic."""

from dataclasses import dataclass

from omen_cli.report.explain.rounded import as_written
from omen_cli.report.explain.tree import Known, Node, Operand, ShownUnit, leaves, value_of
from omen_cli.report.explain.write import with_names, with_plain_values


@dataclass(frozen=True)
class Working:
    """How one number of a snapshot came about.

    `value` is what the snapshot says; where it is None, `why_null` says why. `tree` is None for what is no formula.
    """

    name: str
    label: str
    unit: ShownUnit
    value: Known | None
    tree: Node | None
    why_null: str | None = None
    definition: str = ""

    @property
    def operands(self) -> tuple[Operand, ...]:
        """Return the operands as they are read, each once."""
        return tuple({leaf.name: leaf for leaf in leaves(self.tree)}.values()) if self.tree is not None else ()

    @property
    def result(self) -> Known | None:
        """Return what the operands give, written as the unit is; None when there is no value to arrive at."""
        if self.value is None or self.tree is None:
            return None
        exact = value_of(self.tree)
        return None if exact is None else as_written(exact, self.unit)

    @property
    def is_exact(self) -> bool:
        """Tell whether the operands as the snapshot has them, rounded, give the very value; False without one."""
        return self.result is not None and self.result == self.value

    def plain(self) -> dict[str, object]:
        """Return the working as JSON has it; `arithmetic` is null when there is no result."""
        known = self.result is not None and self.tree is not None
        return {
            "name": self.name,
            "label": self.label,
            "unit": self.unit,
            "value": self.value,
            "whyNull": self.why_null if self.value is None else None,
            "definition": self.definition,
            "formula": None if self.tree is None else with_names(self.tree),
            "operands": [_plain(operand) for operand in self.operands],
            "arithmetic": with_plain_values(self.tree) if known and self.tree is not None else None,
            "result": self.result,
            "exact": self.is_exact,
        }


def computed(name: str, label: str, unit: ShownUnit, tree: Node) -> Working:
    """Return the working of a number that the snapshot does not hold itself: its value is what the operands give."""
    exact = value_of(tree)
    return Working(name, label, unit, None if exact is None else as_written(exact, unit), tree)


def _plain(operand: Operand) -> dict[str, object]:
    return {"name": operand.name, "label": operand.label, "unit": operand.unit, "value": operand.value}
