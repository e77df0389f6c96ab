"""On a network file system, where a lock need not keep another machine out, what writes refuses and what reads goes on."""

import pytest

from omen_cli.workflows.file_system import WRITING
from tests.cli.stores import DAY, NJ, configure, whole_tree
from tests.faults.commands import READ_ONLY, SCENES

ROOT = "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
ONLY_REFUSED = {"show", "history"}  # their scenes are refusals of access: those are audited wherever they can be


@pytest.fixture
def on(tmp_path):
    """`on("nfs4")`: the list of mounts of a machine on which `data` is on that file system."""

    def mounts(kind: str):
        path = tmp_path / "mounts"
        path.write_text(
            f"{ROOT}90 27 0:44 / {tmp_path}/data rw,relatime shared:200 - {kind} nas:/clients rw,vers=4.2\n"
        )
        return path

    return mounts


def calls(snapshot: str) -> list[list[str]]:
    """Return every call that writes in an archive."""
    store = ["--store", NJ]
    return [
        ["generate", *store, "--as-of", DAY, "--timeframe", "daily"],
        ["generate", "--all"],
        ["send", *store, "--snapshot", snapshot],
        ["run"],
        ["prune", *store, "--keep-last", "1", "--yes"],
        ["verify", *store, "--repair"],
        ["verify", *store, "--accept", "audit/2026-01.jsonl:1", "--reason", "gone"],
        ["migrate", "--from", "nowhere"],
        ["deliveries", "resolve", "123456", *store, "--sent", "--reason", "heard"],
    ]


def test_every_writing_call_is_refused_before_anything_is_changed(week, omen, on):
    mounts, folder = on("nfs4"), week.stores.config.parent
    before = whole_tree(folder)

    for call in calls(week.id):
        run = omen(*call, mounts=mounts)
        assert (run.code, run.out) == (3, ""), call
        assert f"{week.stores.data}: on nfs4 (mounted at {week.stores.data}), a network file system" in run.err
        assert "  move data to a disk of this machine, or set disk.allow_network_fs: true" in run.err

    assert whole_tree(folder) == before


def test_the_calls_above_are_of_every_writing_command():
    named = {" ".join(call[:2]) if call[0] == "deliveries" else call[0] for call in calls("x")}
    assert named == set(WRITING)


def test_every_command_that_has_a_scene_of_writing_is_among_them():
    assert {scene.command for scene in SCENES} - ONLY_REFUSED == set(WRITING)


@pytest.mark.parametrize(
    "call",
    [
        ("history", "--store", NJ), ("audit", "--store", NJ), ("show", "--store", NJ), ("verify", "--store", NJ),
        ("check", "--max-age", "999d"), ("metrics",), ("deliveries", "--store", NJ), ("run", "--dry-run"),
        ("generate", "--store", NJ, "--dry-run"), ("prune", "--store", NJ, "--keep-last", "1", "--dry-run"),
    ],
)  # fmt: skip
def test_a_reader_goes_on(week, omen, on, call):
    assert omen(*call, mounts=on("nfs4")).code == 0


def test_no_command_that_only_reads_is_asked():
    assert set(WRITING).isdisjoint(set(READ_ONLY) - {"run", "generate", "prune", "send"})


def test_it_is_allowed_by_saying_so(two_stores, omen, on):
    configure(two_stores, "stores:\n", "disk: {allow_network_fs: true}\nstores:\n")
    assert omen("generate", "--store", NJ, "--as-of", DAY, mounts=on("nfs4")).code == 0


@pytest.mark.parametrize("kind", ["ext4", "overlay", "tmpfs", "xfs", "btrfs", "zfs", "9p", "never-heard-of"])
def test_local_and_unknown_file_systems_are_written_to(two_stores, omen, on, kind):
    assert omen("generate", "--store", NJ, "--as-of", DAY, mounts=on(kind)).code == 0


def test_a_machine_without_a_list_of_mounts_writes(two_stores, omen, tmp_path):
    assert omen("generate", "--store", NJ, "--as-of", DAY, mounts=tmp_path / "none").code == 0


def test_json_names_the_file_system(two_stores, omen, on):
    error = omen("generate", "--store", NJ, "--json", mounts=on("fuse.sshfs")).json["error"]
    assert (error["code"], error["fileSystem"]) == ("config_invalid", "fuse.sshfs")


def test_who_may_not_call_at_all_is_told_that_first(two_stores, omen, on):
    configure(two_stores, "stores:\n", "access: {mode: token, key_file: token.key}\nstores:\n")
    assert omen("token", "keygen", mounts=on("nfs4")).code == 0
    assert omen("generate", "--store", NJ, mounts=on("nfs4")).code == 9
