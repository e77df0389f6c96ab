"""docs/kpis.md says what runs: its headings are those that the code names, its examples are recomputed."""

import ast
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from omen_cli.config.settings import StoreSettings
from omen_cli.intelligence import notes
from omen_cli.intelligence.rules import RULES
from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.content import KPI_VERSION
from omen_cli.model.thresholds import Thresholds
from omen_cli.workflows.compute import compute
from omen_cli.workflows.request import Request
from tests.guards import REPO

PAGE = (REPO / "docs" / "kpis.md").read_text("utf-8")
HEADINGS = {line.lstrip("# ").strip().casefold() for line in PAGE.splitlines() if line.startswith("#")}
PROSE = re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
CODE = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", PROSE)]
EXAMPLES = [
    tuple(span.split(" = ")) for span in CODE if span.count(" = ") == 1 and span.split()[0] not in ("number", "path")
]
SUMS = [example for example in EXAMPLES if re.fullmatch(r"[\d.+*/() -]+", example[0])]
PATHS = [example for example in EXAMPLES if example not in SUMS]
_CITED = re.compile(r'docs/kpis\.md((?:,?\s+(?:and\s+)?"[^"]+")+)')


def cited() -> set[tuple[str, str]]:
    """Every (file, heading) that a docstring or comment of omen_cli names."""
    found = set()
    for path in sorted((REPO / "omen_cli").rglob("*.py")):
        for names in _CITED.findall(path.read_text("utf-8")):
            found |= {(path.name, " ".join(name.split())) for name in re.findall(r'"([^"]+)"', names)}
    return found


def test_every_heading_that_the_code_names_is_there():
    assert {name for _, name in cited()} >= {"periods", "cost matching", "days of supply", "recommendations", "holds"}
    assert [one for one in sorted(cited()) if one[1].rstrip(",").casefold() not in HEADINGS] == []


def test_no_code_names_the_page_without_a_heading():
    for path in sorted((REPO / "omen_cli").rglob("*.py")):
        text = path.read_text("utf-8")
        assert text.count("docs/kpis.md") == len(_CITED.findall(text)), path


# --- the example store ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> dict[str, Any]:
    """What omen says of the page's own store: content and hold, as JSON says it, numbers as Decimal."""
    folder = tmp_path_factory.mktemp("kpis")
    blocks = re.findall(r"`(\w+)\.csv`:\n```csv\n(.*?)```", PAGE, re.DOTALL)
    for role, rows in blocks:
        (folder / f"{role}.csv").write_text(rows, encoding="utf-8")
    store = StoreSettings.model_validate(
        {
            "store_id": "Example",
            "name": "Example",
            "timezone": "America/New_York",
            "sources": {role: {"path": f"{folder}/{role}.csv"} for role, _ in blocks},
        }
    )
    computed = compute(Request(store, "weekly", date(2026, 1, 11)), threads=1)
    assert computed.rejected == ()
    return load_strict(dump_canonical({**computed.content.plain(), "hold": computed.hold.plain()}))


def at(content: dict[str, Any], path: str) -> Any:
    """Return what stands at a path of the page: items by SKU, recommendations by action, data notes by code."""
    first, *rest = path.split(".")
    if first == "dataNotes":
        return ", ".join(next(note["skus"] for note in content["dataNotes"] if note["code"] == rest[0]))
    if first == "recommendations":
        found = next(one for one in content["recommendations"] if one["action"] == rest[0])
        return found[rest[1] if rest[1:] else "sku"]
    if first == "items":
        return next(one for one in content["items"] if one["sku"] == rest[0])[rest[1]]
    value: Any = content[first]
    for key in rest:
        value = value[key]
    return value


@pytest.mark.parametrize(("path", "said"), PATHS, ids=[path for path, _ in PATHS])
def test_an_example_is_what_omen_says(example, path, said):
    value = at(example, path)
    assert (value if isinstance(value, str) else dump_canonical(value).decode()) == said


@pytest.mark.parametrize(("formula", "said"), SUMS, ids=[formula for formula, _ in SUMS])
def test_an_example_adds_up(formula, said):
    exact = _evaluate(ast.parse(formula, mode="eval").body)
    assert abs(exact - Fraction(said)) <= Fraction(1, 200)
    if "." not in said:
        assert exact == Fraction(said)


def _evaluate(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    assert isinstance(node, ast.BinOp)
    left, right = _evaluate(node.left), _evaluate(node.right)
    known = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}
    return left / right if isinstance(node.op, ast.Div) else known[type(node.op)]


def test_the_page_has_examples_for_every_kpi(example):
    shown = {path.split(".")[1] for path, _ in PATHS if path.startswith("kpis.")}
    assert shown == set(example["kpis"])
    assert len(SUMS) > 25


def test_the_units_and_the_version_are_those_of_the_code(example):
    assert f"Version {KPI_VERSION} of the definitions" in PAGE
    sections = PROSE.split("\n## ")
    for name, kpi in example["kpis"].items():
        assert any(f"`{name}`" in section and kpi["unit"] in section for section in sections), name


# --- the tables -------------------------------------------------------------------------------------------------------


def test_the_thresholds_are_the_defaults():
    said: dict[str, Decimal] = {}
    for names, values in re.findall(r"^\| (`\w+`(?:, `\w+`)?) \| ([\d., ]+) \|", PAGE, re.MULTILINE):
        said |= dict(zip(re.findall(r"\w+", names), map(Decimal, values.split(", ")), strict=True))
    assert said == {name: Decimal(value) for name, value in Thresholds().model_dump().items()}


def test_the_rules_are_those_of_the_table():
    said = re.findall(r"^\| (\w+) \| ([A-Z_]+) \| .* \| (0\.\d\d) \|", PAGE, re.MULTILINE)
    assert said == [(rule.group, rule.action, str(rule.confidence)) for rule in RULES]


def test_the_data_notes_are_those_of_the_code():
    source = (REPO / "omen_cli/intelligence/notes.py").read_text("utf-8")
    assert notes.__file__.endswith("omen_cli/intelligence/notes.py")
    codes = re.findall(r'code="(\w+)"|_listed\(\s*items, "(\w+)"', source)
    section = PAGE[PAGE.index("## Data notes") : PAGE.index("## Holds")]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == {first or second for first, second in codes}
