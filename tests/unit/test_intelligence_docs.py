"""docs/kpis.md says what runs: its headings are those that the code names, its examples are recomputed."""

import ast
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from omen_cli.config.load import load_settings
from omen_cli.config.settings import StoreSettings
from omen_cli.intelligence import forecast, hold, moves, notes
from omen_cli.intelligence.rules import RULES
from omen_cli.intelligence.signals import SIGNALS, STABLE
from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.content import KPI_VERSION, Action
from omen_cli.model.outlook import SignalName
from omen_cli.model.period import TREND_PERIODS
from omen_cli.model.thresholds import ItemThresholds, Thresholds
from omen_cli.report.labels import ACTION_LABELS
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
SILENT = "silent"
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


_BLOCK = re.compile(r"`(?:(\w+)/)?([a-z]+)((?:_[\d-]+)?)\.csv`:\n```csv\n(.*?)```", re.DOTALL)
_NAMED_BY = ("sku", "name", "action", "code", "category", "date", "start")


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> dict[str, Any]:
    """What omen says of the page's own stores: content, hold and settings, as JSON says it, numbers as Decimal.

    The second store is below `silent`.
    """
    root = tmp_path_factory.mktemp("kpis")
    (thresholds,) = re.findall(r"^```yaml\n(thresholds:.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    return {**_said_of("", root, yaml.safe_load(thresholds)), SILENT: _said_of(SILENT, root / SILENT, {})}


def _said_of(store: str, folder: Path, thresholds: dict[str, Any]) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    sources = {}
    for role, day, rows in [tuple(found) for of, *found in _BLOCK.findall(PAGE) if of == store]:
        (folder / f"{role}{day}.csv").write_text(rows, encoding="utf-8")
        sources[role] = {"path": f"{folder}/{role}{'_{date}' if day else ''}.csv"}
    settings = StoreSettings.model_validate(
        {"store_id": "Example", "name": "Example", "timezone": "America/New_York", "sources": sources, **thresholds}
    )
    computed = compute(Request(settings, "weekly", date(2026, 1, 11)), threads=1)
    assert computed.rejected == ()
    beside = {"hold": computed.hold.plain(), "settings": computed.settings.plain()}
    return load_strict(dump_canonical({**computed.content.plain(), **beside}))  # type: ignore[return-value]


def at(content: dict[str, Any], path: str) -> Any:
    """Return what stands at a path of the page: in a list by its place, or by what names the element.

    A recommendation without a field is its SKU, and a data note its SKUs. `categories.none` are the items without a
    category, `categories.unlisted` what the inventory does not have.
    """
    first, *rest = path.split(".")
    if len(rest) == 1 and first in ("recommendations", "dataNotes"):
        rest.append("sku" if first == "recommendations" else "skus")
    value: Any = content[first]
    for key in rest:
        value = value[key] if isinstance(value, dict) else _in(value, key)
    return ", ".join(value) if isinstance(value, list) else value


def _in(values: list[Any], key: str) -> Any:
    if key.isdecimal():
        return values[int(key)]
    if key in ("none", "unlisted"):
        return next(one for one in values if one["category"] is None and one["isListed"] is (key == "none"))
    return next(one for one in values if key in (one.get(name) for name in _NAMED_BY))


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
    assert len(SUMS) > 50


def test_the_page_has_an_example_of_every_part_of_a_snapshot(example):
    shown = {path.removeprefix(f"{SILENT}.").split(".")[0] for path, _ in PATHS}
    assert set(example) - shown == {"kpiVersion", "currency", SILENT}


_DEFINITIONS = [
    (title, text)
    for part in re.split(r"^# ", PROSE, flags=re.MULTILINE)
    if part.split("\n", 1)[0] in ("Sales", "Comparisons", "Stock", "Conclusions")
    for title, text in (section.split("\n", 1) for section in part.split("\n## ")[1:])
]


@pytest.mark.parametrize(("title", "text"), _DEFINITIONS, ids=[title for title, _ in _DEFINITIONS])
def test_a_definition_has_its_source_and_an_example(title, text):
    assert "*Source*: " in text, title
    assert {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)} & {" = ".join(one) for one in EXAMPLES}


def test_the_definitions_are_found():
    assert {"Gross sales", "Movers", "Suggested order", "Signals and verdict", "Holds"} <= {
        one for one, _ in _DEFINITIONS
    }


def test_the_units_and_the_version_are_those_of_the_code(example):
    assert f"Version {KPI_VERSION} of the definitions" in PAGE
    sections = PROSE.split("\n## ")
    for name, kpi in example["kpis"].items():
        assert any(f"`{name}`" in section and kpi["unit"] in section for section in sections), name


# --- the tables -------------------------------------------------------------------------------------------------------


def test_the_thresholds_are_the_defaults():
    said: dict[str, Decimal] = {}
    whose: dict[str, str] = {}
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)?) \| ([\d., ]+) \| [\w ]+ \| (item|store) \|", PAGE, re.MULTILINE)
    for names, values, of in rows:
        keys = re.findall(r"\w+", names)
        said |= dict(zip(keys, map(Decimal, values.split(", ")), strict=True))
        whose |= dict.fromkeys(keys, of)
    defaults = Thresholds().model_dump(exclude={"categories"})
    assert said == {name: Decimal(value) for name, value in defaults.items()}
    assert {name for name, of in whose.items() if of == "item"} == set(ItemThresholds.model_fields)


def test_the_thresholds_of_categories_are_read_as_the_page_says():
    (block,) = re.findall(r"^```yaml\n(stores:.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    (own,) = [store["thresholds"] for store in yaml.safe_load(block)["stores"].values()]
    thresholds = Thresholds.model_validate(own)
    assert (thresholds.of(" edible").low_stock_max, thresholds.of("edible").dead_stock_days) == (12, 60)
    assert (thresholds.of("Pre-Roll").lead_time_days, thresholds.of("Pre-Roll").low_stock_max) == (3, 5)
    assert thresholds.of("Flower") is thresholds.of(None) is thresholds


def test_the_signals_are_those_of_the_table():
    said = re.findall(r"^\| (\d) \| ([A-Z_]+) \|", PAGE, re.MULTILINE)
    assert said == [(str(rule.rank), rule.name) for rule in (*SIGNALS, STABLE)]


_LIMITS = {
    "Movers": [({5: "five"}[moves.SHOWN], "greatest rises")],
    "Days and trend": [({8: "eight"}[TREND_PERIODS], "whole periods")],
    "Anomalies": [({2: "twice"}[forecast.FACTOR], "as fast")],
    "Holds": [
        (f"{hold.STALE_AFTER.total_seconds() / 3600:.0f}", "hours before the end of the as-of day"),
        (f"at least {hold.BUSY_DAYS_MIN}", "of the 28 days"),
        (f"less than {100 - hold.FALL_MAX_PCT} %", "of the rows that it had for the snapshot before"),
        (f"more than {hold.SET_ASIDE_MAX_PCT} %", "of the rows of a table were set aside"),
        (f"more than {hold.INVENTORY_DAYS_MAX} days", "before the as-of date"),
    ],
}


@pytest.mark.parametrize(("title", "limits"), _LIMITS.items(), ids=list(_LIMITS))
def test_the_limits_that_no_store_sets_are_those_of_the_code(title, limits):
    text = " ".join(dict(_DEFINITIONS)[title].split())
    assert [limit for limit in limits if " ".join(limit) not in text] == []


def test_the_rules_are_those_of_the_table():
    said = re.findall(r"^\| (\w+) \| ([A-Z_]+) \| .* \| (0\.\d\d) \|", PAGE, re.MULTILINE)
    assert said == [(rule.group, rule.action, str(rule.confidence)) for rule in RULES]


def test_the_data_notes_are_those_of_the_code():
    source = (REPO / "omen_cli/intelligence/notes.py").read_text("utf-8")
    assert notes.__file__.endswith("omen_cli/intelligence/notes.py")
    codes = re.findall(r'code="(\w+)"|_listed\(\s*items, "(\w+)"', source)
    section = PAGE[PAGE.index("## Data notes") : PAGE.index("## Holds")]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == {first or second for first, second in codes}


# --- what stores.yaml and README.md say of it ---------------------------------------------------------------------------


def test_the_thresholds_of_categories_that_stores_yaml_shows_work(tmp_path):
    text = (REPO / "stores.yaml").read_text("utf-8")
    told = re.sub(r"^      # (categories:|  \S)", r"      \1", text, flags=re.MULTILINE)
    (tmp_path / "stores.yaml").write_text(told, encoding="utf-8")
    thresholds = load_settings(tmp_path / "stores.yaml", {}).store("NJWeedWizard").thresholds
    inventory = (REPO / "data/exports/NJWeedWizard/inventory.csv").read_text("utf-8")
    assert told != text
    assert thresholds.entered_by_category()
    assert [name for name in thresholds.categories if f",{name}," not in inventory] == []


def test_the_thresholds_that_readme_shows_work():
    (block,) = re.findall(
        r"^```yaml\n(version: 1.*?)```", (REPO / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    (store,) = yaml.safe_load(block)["stores"].values()
    thresholds = Thresholds.model_validate(store["thresholds"])
    assert thresholds.of("Edible").low_stock_max == 12
    assert thresholds.of("Edible").lead_time_days == thresholds.lead_time_days == 10
    assert thresholds.entered_by_category()["Edible"].keys() == {"lowStockMax", "deadStockDays"}


def test_the_reasons_of_a_hold_in_readme_are_as_many_as_those_of_the_page():
    readme = (REPO / "README.md").read_text("utf-8").partition("### When a snapshot is held\n")[2].partition("\n#")[0]
    page = PAGE[PAGE.index("## Holds") : PAGE.index("# Sources")]
    rows = [len(re.findall(r"^\| (?!---)", text, re.MULTILINE)) for text in (readme, page)]
    assert rows == [6, 6]


def test_a_rule_and_a_signal_stand_in_every_place_that_readme_names():
    actions = {rule.action for rule in RULES}
    assert set(get_args(Action)) == set(ACTION_LABELS) == actions
    assert set(get_args(SignalName)) == {rule.name for rule in (*SIGNALS, STABLE)}
