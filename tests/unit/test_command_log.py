"""What the log notes of a command, and when a command counts as a success for a store."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from omen_cli.cli.log import Noted, asks_for_log
from omen_cli.model.command_record import CommandRecord

A, B = "NJWeedWizard", "CaliCannabis"


def record(error_code, outcomes, errors):
    return CommandRecord(
        at=datetime(2026, 1, 19, tzinfo=UTC),
        command="generate",
        principal="tester",
        request_id="1",
        stores=(A, B),
        outcomes=outcomes,
        errors=errors,
        duration_s=Decimal("0.5"),
        exit_status=0 if error_code is None else 1,
        error_code=error_code,
        omen_version="1",
    )


@pytest.mark.parametrize(
    ("error_code", "outcomes", "errors", "successes"),
    [
        (None, {}, {}, {A, B}),
        ("check_failed", {A: {"created": 1}}, {B: {"source_invalid": 1}}, {A}),
        ("check_failed", {A: {"created": 1}}, {A: {"busy": 1}, B: {"busy": 1}}, set()),
        ("check_failed", {}, {A: {"source_invalid": 1}}, {B}),  # there was nothing to do for B
        ("check_failed", {}, {}, set()),
        ("interrupted", {A: {"created": 1}}, {B: {"busy": 1}}, {A}),
        ("interrupted", {}, {A: {"busy": 1}}, set()),
        (None, {}, {A: {"source_invalid": 1}}, {B}),  # it stands since an earlier tick
        (None, {A: {"created": 1, "passed_by": 1}}, {}, {B}),
        (None, {"": {"under_way": 1}}, {}, set()),
        (None, {A: {"dry_run": 1}}, {}, set()),
        ("delivery_failed", {A: {"sent": 1, "failed": 1}}, {}, set()),
        ("busy", {}, {}, set()),
    ],
)
def test_a_command_of_many_stores_succeeds_for_those_that_did_not_fail(error_code, outcomes, errors, successes):
    found = record(error_code, outcomes, errors)
    assert {store for store in (A, B) if found.is_success_for(store)} == successes


@pytest.mark.parametrize(
    ("command", "error_code", "outcomes", "errors", "is_success"),
    [
        ("run", None, {}, {}, True),
        ("run", None, {}, {A: {"source_invalid": 1}}, True),
        ("run", None, {A: {"passed_by": 1}}, {}, True),
        ("run", "check_failed", {}, {A: {"source_invalid": 1}}, False),
        ("run", None, {"": {"under_way": 1}}, {}, False),
        ("run", None, {"": {"dry_run": 1}}, {}, False),
        ("verify", None, {A: {"sound": 1}}, {}, False),
        ("verify", None, {A: {"sound": 1}, "": {"sound": 1}}, {}, True),
    ],
)
def test_a_command_succeeds_as_a_whole_when_it_did_what_it_is_for(command, error_code, outcomes, errors, is_success):
    found = record(error_code, outcomes, errors).model_copy(update={"command": command})
    assert found.is_success is is_success


def test_results_and_deliveries_are_counted_by_store_and_outcome():
    noted = Noted()
    noted.answer(
        {
            "results": [{"storeId": A, "outcome": "created"}, {"storeId": A, "outcome": "created"}, {"storeId": B}],
            "deliveries": [{"storeId": B, "outcome": "sent", "recipient": "owner@calicannabis.example"}],
        }
    )
    assert noted.outcomes == {(A, "created"): 2, (B, "sent"): 1}


def test_what_the_answer_told_the_error_does_not_tell_again():
    noted = Noted()
    results = [{"storeId": A, "outcome": "sent"}]
    noted.answer({"results": results})
    noted.fail("check_failed", {"results": results, "failures": [{"storeId": B, "code": "busy"}]})
    assert (noted.outcomes, noted.errors) == ({(A, "sent"): 1}, {(B, "busy"): 1})


def test_a_part_without_a_store_is_that_of_the_one_store_of_the_command():
    one, many = Noted(), Noted()
    one.about([A])
    many.about([A, B, A])
    for noted in (one, many):
        noted.answer({"results": [{"outcome": "sent"}]})
    assert (one.outcomes, many.outcomes) == ({(A, "sent"): 1}, {("", "sent"): 1})
    assert many.stores == [A, B]


@pytest.mark.parametrize("outcome", ["owner@njweedwizard.example", "/srv/x", "two words", "", "A", "x" * 41, None, 7])
def test_an_outcome_that_is_no_word_of_omens_is_not_counted(outcome):
    noted = Noted()
    noted.answer({"results": [{"storeId": A, "outcome": outcome}]})
    noted.blame(A, str(outcome))
    assert (noted.outcomes, noted.errors) == ({}, {})


@pytest.mark.parametrize("data", [None, [], "text", {"results": "text"}, {"results": [1, None]}, {"failures": None}])
def test_answers_of_other_shapes_tell_nothing(data):
    noted = Noted()
    noted.answer(data)
    noted.fail("busy", data if isinstance(data, dict) else {})
    assert (noted.outcomes, noted.errors, noted.error_code) == ({}, {}, "busy")


@pytest.mark.parametrize(
    ("argv", "is_asked"),
    [
        (["--log", "json", "stores"], True),
        (["stores", "--log=json"], True),
        (["stores", "--frob", "--log", "json"], True),
        (["stores", "--log"], False),
        (["stores", "--log", "xml"], False),
        (["stores", "json", "--log"], False),
        ([], False),
    ],
)
def test_the_line_is_said_only_when_json_is_asked_for(argv, is_asked):
    assert asks_for_log(argv) is is_asked
