"""The mutants of the archive's protections fit the code that they change, and the fault suite's floors stand."""

from tests.faults.layers import FLOORS
from tests.faults.mutations import MUTATIONS
from tests.guards import REPO


def test_the_floors_are_those_that_were_promised():
    assert FLOORS == {"injections": 10_000, "states": 5_000, "hostile": 2_000, "processes": 2_000}


def test_every_mutant_fits_the_code_that_it_changes():
    for mutation in MUTATIONS:
        for file, text, replacement in mutation.edits:
            source = (REPO / "omen_cli" / "archive" / file).read_text("utf-8")
            assert (mutation.name, source.count(text)) == (mutation.name, 1)
            assert replacement != text
