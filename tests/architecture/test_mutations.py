"""The mutants of the archive's protections fit the code that they change, and the fault suite's floors stand."""

import sys

import pytest

from tests.faults.layers import FLOORS
from tests.faults.mutants import GROUPS, NotEnded, Outcome, counts, module_of, run, table
from tests.guards import REPO

MUTATIONS = [one for group in GROUPS.values() for one in group]


def test_the_floors_are_those_that_were_promised():
    assert FLOORS == {"injections": 10_000, "states": 5_000, "hostile": 2_000, "processes": 2_000}


def test_every_mutant_fits_the_code_that_it_changes():
    for mutation in MUTATIONS:
        for file, text, replacement in mutation.edits:
            source = (REPO / module_of(file)).read_text("utf-8")
            assert (mutation.name, source.count(text)) == (mutation.name, 1)
            assert replacement != text


def test_a_probe_that_does_not_end_is_an_error_and_catches_nothing(tmp_path):
    with pytest.raises(NotEnded, match="did not end within"):
        run(tmp_path, [sys.executable, "-c", "import time; time.sleep(60)"], timeout_s=0.1)
    outcome = Outcome(MUTATIONS[0], None, "", 0.1, error="did not end")
    assert not outcome.is_survivor
    assert table([outcome]).endswith("  ERROR: did not end")
    assert counts([outcome]) == "1 mutants: 0 caught, 0 kept with a reason, 0 survived, 1 errors"


def test_a_mutant_that_nothing_catches_survives_unless_it_is_kept_with_a_reason():
    kept = next(one for one in MUTATIONS if one.reason)
    free = next(one for one in MUTATIONS if not one.reason)
    outcomes = [Outcome(kept, None, "", 1), Outcome(free, None, "", 1), Outcome(free, ("tests", "x"), "it failed", 1)]
    assert [one.is_survivor for one in outcomes] == [False, True, False]
    assert counts(outcomes) == "3 mutants: 1 caught, 1 kept with a reason, 1 survived"
