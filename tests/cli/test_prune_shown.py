"""What `omen prune` shows before it removes: on a terminal what goes stands next to the question, and reasons are told."""

import re

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.retention import Verdict
from omen_cli.cli.verdicts import LEGEND, shown
from omen_cli.model.blocks import Paragraph
from tests.cli.test_prune import asking

STORE = "NJWeedWizard"
DAYS = ("2026-01-08", "2026-01-09", "2026-01-10")


@pytest.fixture
def days(two_stores):
    """Three days of NJWeedWizard, of which --keep-last 1 keeps the newest, and a delivery the oldest."""
    ids = [two_stores.generate(STORE, day, "daily").id for day in DAYS]
    folder = two_stores.archive(STORE) / "deliveries" / ids[0]
    folder.mkdir(exist_ok=True)
    (folder / "k1.queued.eml").write_text("To: owner@njweedwizard.example\n\n")
    return ids


def actions(text):
    """Return (action, day) of each row of a table."""
    return re.findall(r"^(keep|remove)\b.*?(2026-01-\d\d)", re.sub(r"\x1b\[[0-9;]*m", "", text), re.MULTILINE)


IN_ORDER = [("keep", DAYS[2]), ("remove", DAYS[1]), ("keep", DAYS[0])]
GOING_LAST = [("keep", DAYS[2]), ("keep", DAYS[0]), ("remove", DAYS[1])]


def test_a_dry_run_shows_what_goes_last_on_a_terminal_and_in_order_elsewhere(two_stores, omen, days):
    asked = ("prune", "--store", STORE, "--keep-last", "1", "--dry-run")

    assert actions(omen(*asked, is_tty=True, width=200).out) == GOING_LAST
    assert actions(omen(*asked).out) == IN_ORDER


def test_the_question_stands_below_what_goes(two_stores, omen, days):
    code, _, err = asking(omen, "n\n", "prune", "--store", STORE, "--keep-last", "1")

    assert code == 1
    assert actions(err) == GOING_LAST
    assert err.index(days[1]) < err.index("Remove 1 snapshot (")


def test_the_answer_for_programs_keeps_its_order(two_stores, omen, days):
    run = omen("prune", "--store", STORE, "--keep-last", "1", "--dry-run", "--json", is_tty=True)
    (result,) = run.data["results"]
    assert [one["snapshotId"] for one in result["kept"]] == [days[2], days[0]]
    assert [one["id"] for one in result["removed"]] == [days[1]]


def legends(verdicts):
    return [block.text for block in shown(verdicts, is_tty=False) if isinstance(block, Paragraph)]


def test_a_reason_that_ends_in_oldest_is_explained_once_and_no_other_is(two_stores, days):
    entries = tuple(Archive(two_stores.data, STORE).entries())
    plain = [Verdict(entry, ("last", "monthly")) for entry in entries]
    assert legends(plain) == []
    assert legends([*plain[:1], *(Verdict(entry, ("last", "monthly (oldest)")) for entry in entries[1:])]) == [LEGEND]


@pytest.mark.parametrize("rule", ["--keep-last", "--keep-weekly", "--keep-monthly"])
def test_the_explanation_stands_below_the_table_when_such_a_reason_does(two_stores, omen, days, rule):
    asked = ("prune", "--store", STORE, rule, "2", "--dry-run")
    (result,) = omen(*asked, "--json").data["results"]
    has_oldest = any(reason.endswith("(oldest)") for one in result["kept"] for reason in one["reasons"])

    *_, above, last = omen(*asked).out.splitlines()

    assert last.startswith("would remove ")
    assert (above == LEGEND) == has_oldest


def test_the_help_explains_it_too(omen):
    said = " ".join(omen("prune", "--help").out.split())
    assert 'While a rule finds fewer than its N, the oldest snapshot stays, too: "monthly (oldest)".' in said


def test_one_store_that_failed_is_counted_as_one(two_stores, omen, days):
    two_stores.generate("CaliCannabis", "2026-01-11")
    two_stores.archive(STORE).chmod(0o777)
    run = omen("prune", "--all", "--keep-last", "1", "--yes")
    assert run.code == 1
    assert "omen: 1 store failed\n" in run.err
