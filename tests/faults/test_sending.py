"""What the scenes of sending do undisturbed, and that each of their checks finds the damage that it is for."""

import pytest

from tests.faults import sending, smtp
from tests.faults.children import in_child
from tests.faults.commands import scene_named, subcommands
from tests.faults.ground import work_below
from tests.faults.images import OUTBOX
from tests.faults.scene import AT, NJ, archive, later
from tests.faults.taken import DELIVERY, broken_promises


@pytest.fixture(autouse=True)
def _below_the_tests_folder(tmp_path):
    work_below(tmp_path)


@pytest.fixture
def folder(tmp_path):
    """An installation whose one message was sent, into the outbox."""
    installation = tmp_path / "installation"
    sending.with_outbox(installation)
    assert in_child(lambda: sending.send(installation, AT)).status == 0
    return installation


def message_of(folder):
    (path,) = archive(folder).glob("deliveries/*/*.eml")
    return path


def renamed(folder, state):
    path = message_of(folder)
    path.rename(path.with_name(f"{sending.key()}.{state}.eml"))


def given(folder):
    (path,) = (folder / OUTBOX).iterdir()
    return path


def broken(folder, said=frozenset()):
    return [line.partition(f"{sending.key()} ")[2] or line for line in broken_promises(folder, said)]


@pytest.mark.parametrize(
    ("name", "status", "state"),
    [
        ("send: one recipient", 0, "sent"),
        ("send: its sender is dead", 8, "unknown"),
        ("deliveries resolve --sent", 0, "sent"),
    ],
)
def test_undisturbed_a_scene_of_sending_ends_as_it_should(tmp_path, name, status, state):
    scene, place = scene_named(name), tmp_path / "installation"
    scene.prepare(place)

    answer = in_child(lambda: scene.run(place, AT))

    assert (answer.status, sending.state(place), scene.problems(place)) == (status, state, [])
    assert list(broken_promises(place, answer.acknowledged)) == []
    assert bool(answer.acknowledged) == (state == "sent")


def test_the_commands_of_a_group_are_subcommands_and_so_is_the_group():
    assert {"deliveries", "deliveries resolve"} <= subcommands()


def test_what_was_sent_stays_sent_when_it_is_asked_for_again(folder):
    before = given(folder).read_bytes()
    again = in_child(lambda: sending.send(folder, later(1)))
    assert (again.status, sending.state(folder), given(folder).read_bytes()) == (0, "sent", before)
    assert (broken(folder, again.acknowledged), list(sending.disagreements(folder))) == ([], [])


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_a_message_that_was_given_and_may_be_given_again_is_found(folder, state):
    renamed(folder, state)
    assert broken(folder) == [f"was given to the outbox, and is {state}"]


def test_an_answer_that_did_not_last_is_found(folder):
    said = frozenset({(NJ, f"{DELIVERY}{sending.key()}")})
    assert broken(folder, said) == []
    renamed(folder, "unknown")
    assert broken(folder, said) == ["was said to be sent, and is ['unknown']"]


def test_a_delivery_with_two_states_is_found(folder):
    path = message_of(folder)
    path.with_name(f"{sending.key()}.unknown.eml").write_bytes(path.read_bytes())
    assert "is sent and unknown" in broken(folder)


def test_a_sent_message_that_nobody_has_is_found(folder):
    given(folder).unlink()
    assert broken(folder) == ["is sent, and is not in the outbox"]


def test_a_message_that_no_delivery_tells_of_is_found(folder):
    name = given(folder).stem
    message_of(folder).unlink()
    assert broken(folder) == [f"{name} is in the outbox, and no delivery"]


def test_index_and_audit_that_say_something_else_are_found(folder):
    renamed(folder, "unknown")
    lines = [line.removeprefix(f"{sending.key()} ") for line in sending.disagreements(folder)]
    assert lines == [
        "is unknown, and the audit says sent",
        "is unknown, and the index says ['sent']",
        "is unknown, and its entry says sent",
    ]


def test_a_message_that_was_given_in_part_is_found(folder):
    path = given(folder)
    path.write_bytes(path.read_bytes()[:-5])
    assert list(sending.disagreements(folder)) == [f"{path.name} was not given whole"]


@pytest.mark.parametrize(
    ("state", "times", "is_sound"),
    [
        ("sent", 1, True),
        ("unknown", 1, True),
        ("unknown", 0, True),
        ("sending", 1, True),
        ("queued", 0, True),
        ("failed", 0, True),
        ("sent", 0, False),
        ("sent", 2, False),
        ("unknown", 2, False),
        ("queued", 1, False),
        ("failed", 1, False),
        ("", 1, False),
    ],
)
def test_a_state_is_judged_by_what_the_server_accepted(state, times, is_sound):
    assert (list(smtp.judged(state, times)) == []) == is_sound
