"""docs/operations.md tells of every part that the doctor looks at, in its order, and of what each command there says."""

import re

from tests.cli.stores import NJ
from tests.guards import REPO

PAGE = (REPO / "docs" / "operations.md").read_text("utf-8")
SECTION = PAGE.partition("## When something is wrong: omen doctor\n")[2].partition("\n## ")[0]


def test_the_table_has_every_part_in_its_order(two_stores, omen):
    answer = omen("doctor", "--json").json
    parts = [part["part"] for part in (answer.get("data") or answer["error"])["parts"]]
    assert re.findall(r"^\| ([a-z ]+) \|", SECTION, re.MULTILINE)[1:] == parts


def test_every_call_in_it_can_be_made(two_stores, omen):
    calls = re.findall(r"^omen (doctor[^#|\n]*)", SECTION, re.MULTILINE)
    assert len(calls) == 6
    for call in calls:
        assert omen(*call.split(), now="2026-01-19T15:00:00+00:00").code in (0, 1), call
    assert NJ in SECTION
