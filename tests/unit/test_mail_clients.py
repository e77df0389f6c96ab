"""What mail programs do not know of a letter's HTML is allowed in writing, with a reason; all else of it is sound."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.letters import made_cases
from tests.mail.tools import HERE, MISSING, MODULES, node

CASES = ("busy", "corrected", "held", "no-orders", "hebrew", "hostile")


def checked(folder: Path, pages: dict[str, str]) -> dict[str, Any]:
    """What the tools find in each page, by its name."""
    found = node()
    if found is None or not MODULES.is_dir():
        pytest.skip(MISSING)
    paths = {name: folder / f"{name}.html" for name in pages}
    for name, html in pages.items():
        paths[name].write_text(html, "utf-8")
    command = [found, HERE / "check.mjs", *paths.values()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    return {name: answer[str(path)] for name, path in paths.items()}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return checked(tmp_path_factory.mktemp("pages"), {name: made_cases()[name].letter.html for name in CASES})


def allowed(name: str) -> dict[str, Any]:
    return json.loads((HERE / name).read_text("utf-8"))


def by_level(one: dict[str, list[str]]) -> dict[str, list[str]]:
    return {level: sorted(one[level]) for level in ("unknown", "partly")}


@pytest.mark.parametrize("name", CASES)
def test_what_a_mail_program_does_not_know_is_allowed_with_its_reason(found, name):
    written = {feature: by_level(one) for feature, one in allowed("allowed_features.json").items()}
    used = {feature: by_level(one) for feature, one in found[name]["features"].items()}
    assert {feature: one for feature, one in used.items() if one != written.get(feature)} == {}


def test_no_feature_is_allowed_that_no_letter_uses(found):
    used = {feature for one in found.values() for feature in one["features"]}
    assert set(allowed("allowed_features.json")) - used == set()


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_sound_but_for_what_mail_needs(found, name):
    broken = {
        rule: lines[:3] for rule, lines in found[name]["rules"].items() if rule not in allowed("allowed_rules.json")
    }
    assert broken == {}


def test_no_rule_is_switched_off_that_no_letter_breaks(found):
    broken = {rule for one in found.values() for rule in one["rules"]}
    assert set(allowed("allowed_rules.json")) - broken == set()


def test_every_allowance_has_a_reason():
    assert all(len(one["reason"]) > 10 for one in allowed("allowed_features.json").values())
    assert all(len(reason) > 10 for reason in allowed("allowed_rules.json").values())


def test_the_tools_find_what_must_not_be_there(tmp_path):
    page = made_cases()["busy"].letter.html
    broken = page.replace("<body", '<body><div style="display:grid"><img src="cid:x"></div', 1)
    (found,) = checked(tmp_path, {"broken": broken}).values()
    assert set(found["features"]) - set(allowed("allowed_features.json")) == {"display:grid"}
    assert "wcag/h37" in found["rules"]
