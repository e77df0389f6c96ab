"""docs/monitoring and docs/operations.md name only metrics and labels that omen writes, and the page names them all."""

import json
import re
from datetime import UTC, datetime
from itertools import product

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from omen_cli.archive.command_log import keep_record
from omen_cli.archive.layout import Layout
from omen_cli.ops.catalogue import CATALOGUE
from omen_cli.workflows.metrics_of_audit import KINDS
from omen_cli.workflows.metrics_of_stores import DELIVERY_STATES
from tests.architecture.test_commands_page import commands
from tests.architecture.test_errors import exception_classes
from tests.cli.scheduled import CALI, NJ, schedule
from tests.cli.test_log import record
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores
from tests.guards import REPO

FOLDER = REPO / "docs" / "monitoring"
PAGE = (REPO / "docs" / "operations.md").read_text("utf-8")
BY_NAME = {metric.name: metric for metric in CATALOGUE}
TARGET = {"instance", "job"}  # Prometheus's own labels
_NAME = re.compile(r"\bomen_[a-z_]+\b")
_SELECTOR = re.compile(r"\b(omen_[a-z_]+)\{([^}]*)\}")
_MATCHER = re.compile(r'\s*([a-z_]+)(=~|!~|!=|=)"([^"]*)"\s*')
_GROUPING = re.compile(r"\b(?:by|on|without|ignoring|group_left)\s*\(([^)]*)\)")
_STRING = re.compile(r'"[^"]*"')


def rules():
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels():
    return json.loads((FOLDER / "grafana.json").read_text("utf-8"))["panels"]


def expressions():
    return [rule["expr"] for rule in rules()] + [one["expr"] for panel in panels() for one in panel["targets"]]


def labels_of(expression):
    """Return every label that the metrics of an expression have."""
    return {label for name in _NAME.findall(_STRING.sub('""', expression)) for label in BY_NAME[name].labels} | TARGET


def problems(expression):
    """Return what in an expression omen does not write, or what is no expression at all."""
    bare = _STRING.sub('""', expression)
    found = [f"no metric {name}" for name in _NAME.findall(bare) if name not in BY_NAME]
    if found:
        return found
    for name, inner in _SELECTOR.findall(expression):
        for one in re.findall(r'[^,"]*"[^"]*"', inner):
            match = _MATCHER.fullmatch(one)
            if match is None or match[1] not in {*BY_NAME[name].labels, *TARGET}:
                found.append(f"{name} has no such label: {one}")
            elif "$" not in match[3]:
                found += [
                    f"{match[1]} is never {value}" for value in match[3].split("|") if not may_be(match[1], value)
                ]
    groupings = {one.strip() for inner in _GROUPING.findall(bare) for one in inner.split(",") if one.strip()}
    found += [f"grouped by {label}" for label in groupings - labels_of(expression)]
    for opening, closing in ("()", "{}", "[]"):
        if bare.count(opening) != bare.count(closing):
            found.append(f"unbalanced {opening}{closing}")
    return found


def may_be(label, value):
    """Tell whether a label may have this value; of stores and the like every one."""
    known = {
        "state": set(DELIVERY_STATES),
        "status": {"ok", "held", "no_payload", "superseded"},
        "kind": set(KINDS),
        "command": {name.removeprefix("omen ") for name in commands()},
        "code": {made.code for made in exception_classes() if hasattr(made, "code")},
    }
    return value in known.get(label, {value})


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_and_label_is_one_that_omen_writes(expression):
    assert problems(expression) == []
    assert "omen" in expression


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("omen_snapshot > 0", "no metric omen_snapshot"),
        ('omen_snapshots{shop="x"}', "omen_snapshots has no such label"),
        ('omen_snapshots{store="x", state="sent"}', "omen_snapshots has no such label"),
        ('omen_deliveries{state="lost"}', "state is never lost"),
        ('omen_errors_in_last_day{code=~"data_lost|lost"}', "code is never lost"),
        ('omen_commands_in_last_day{command="verfy"}', "command is never verfy"),
        ("sum by (timeframe) (omen_deliveries)", "grouped by timeframe"),
        ("sum(omen_deliveries", "unbalanced ()"),
    ],
)
def test_what_omen_does_not_write_turns_red(expression, problem):
    (found,) = problems(expression)
    assert found.startswith(problem)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """What an installation writes that ran, and then lost a snapshot, cannot read an archive, and has a bad audit."""
    folder = tmp_path_factory.mktemp("monitored")
    write_two_stores(folder)
    omen = Omen(folder, Clock(datetime(2026, 1, 19, 16, tzinfo=UTC)))
    stores = TwoStores(folder / "stores.yaml", omen)
    schedule(stores)
    assert omen("run", "-q").code == omen("verify", "--all").code == 0
    for code in ("internal", "file_damaged"):  # no command is known to have a bug, or ends with a damaged file so
        keep_record(Layout(stores.data, NJ), record(omen.clock.now, error_code=code, command="verify"))
    next(stores.archive(NJ).glob("snapshot_*.json")).unlink()
    stores.archive(CALI).chmod(0o777)
    assert omen("run", "-q").code == 1
    with (stores.data / "audit" / "2026-01.jsonl").open("a", encoding="utf-8") as audit:
        audit.write("{}\n")
    assert omen("verify", "--all").code == 7
    stores.archive(CALI).chmod(0o700)
    text = omen("metrics", "--prometheus").out
    return [one for family in text_string_to_metric_families(text) for one in family.samples]


def selectors(expression):
    """Return each metric that an expression selects, with its matchers as (label, operator, value)."""
    found = re.findall(r"\b(omen_[a-z_]+)(?:\{([^}]*)\})?", expression)
    return [(name, re.findall(r'([a-z_]+)(=~|!~|!=|=)"([^"]*)"', inner)) for name, inner in found]


def selects(matchers, sample):
    for label, operator, value in matchers:
        has = sample.labels.get(label, "")
        same = re.fullmatch(value.replace("$store", ".*"), has) if "~" in operator else has == value
        if bool(same) == operator.startswith("!"):
            return False
    return True


def alternatives(matchers):
    """Return the matchers once for each value that a regular expression lists."""
    listed = [[(label, op, one) for one in value.split("|")] if op == "=~" else [(label, op, value)] for label, op, value in matchers]  # fmt: skip
    return product(*listed)


@pytest.mark.parametrize("expression", expressions())
def test_every_series_that_is_asked_for_is_one_of_a_real_exposition(samples, expression):
    for name, matchers in selectors(expression):
        for each in alternatives(matchers):
            assert any(one.name == name and selects(each, one) for one in samples), (name, each)


@pytest.mark.parametrize(
    "expression",
    [
        'omen_deliveries{state="lost"}',
        'omen_snapshots{store="Nobody"}',
        'omen_errors_in_last_day{code=~"busy|internal"}',
    ],
)
def test_a_series_that_is_not_written_is_not_found(samples, expression):
    found = [
        any(one.name == name and selects(each, one) for one in samples)
        for name, matchers in selectors(expression)
        for each in alternatives(matchers)
    ]
    assert False in found


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_and_what_to_do_in_words_that_it_can_fill(rule):
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert set(rule["annotations"]) == {"summary", "description"}
    text = rule["annotations"]["summary"] + rule["annotations"]["description"]
    assert set(re.findall(r"\$labels\.([a-z_]+)", text)) <= labels_of(rule["expr"])
    for kept in re.findall(r"by \(([^)]*)\)", rule["expr"]):
        assert set(re.findall(r"\$labels\.([a-z_]+)", text)) <= {one.strip() for one in kept.split(",")}


def test_every_command_that_an_alert_or_the_page_names_is_one():
    text = (FOLDER / "alerts.yml").read_text("utf-8") + PAGE
    names = {name.split()[1] for name in commands() if " " in name}
    told = re.findall(r"\bomen ([a-z]+)(?= --| resolve)", text)
    assert told
    assert set(told) <= names


def test_no_two_alerts_have_one_name_and_those_of_the_page_are_there():
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    assert set(re.findall(r"`(Omen[A-Za-z]+)`", PAGE)) <= set(names)


def test_the_panels_have_ids_of_their_own_and_do_not_cover_each_other():
    ids = [panel["id"] for panel in panels()]
    taken = [
        (x, y)
        for panel in panels()
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(ids)) == len(ids)
    assert len(set(taken)) == len(taken)
    assert max(x for x, _ in taken) < 24


def test_the_names_of_series_in_a_panel_are_labels_that_they_have():
    for panel in panels():
        for target in panel["targets"]:
            told = set(re.findall(r"\{\{([a-z_]+)\}\}", target["legendFormat"]))
            assert told <= labels_of(target["expr"]), panel["title"]


def test_the_page_lists_every_metric_as_it_is():
    rows = re.findall(r"^\| `(omen_\w+)` \| (\w+) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
    written = [(m.name, m.kind, ", ".join(f"`{one}`" for one in m.labels) or "–", m.help) for m in CATALOGUE]
    assert rows == written


def test_the_bounds_of_the_log_are_those_of_the_page():
    from omen_cli.archive.command_log import MAX_FILE_BYTES, MAX_FILES

    assert f"at most {MAX_FILE_BYTES // 1024**2} MiB, and there are at most {MAX_FILES}" in " ".join(PAGE.split())


def test_the_line_that_the_page_shows_is_one_of_the_log():
    from omen_cli.model.command_record import CommandRecord

    (shown,) = re.findall(r"^```json\n(.*)\n```$", PAGE, re.MULTILINE)
    record = CommandRecord.model_validate_json(shown)
    assert set(json.loads(shown)) == set(record.plain())
