"""`--all` names the folders among the archives that no store of stores.yaml has, since it leaves them out."""

import os

import pytest

from tests.cli.stores import CALI, NJ, configure, whole_tree

WEEK = "2026-01-11"
ASKED = {
    "verified": ("verify", "--all"),
    "pruned": ("prune", "--all", "--keep-last", "1", "--yes"),
}


def said(path, done):
    problem = f"belongs to no store of stores.yaml, and was not {done}"
    return f"omen: {path}: {problem}; add it to stores.yaml, or move it away"


@pytest.fixture
def made(two_stores):
    for store in (NJ, CALI):
        two_stores.generate(store, WEEK)
    return two_stores


@pytest.mark.parametrize("done", ASKED)
@pytest.mark.parametrize("more", [(), ("-q",), ("--json",)], ids=" ".join)
def test_an_archive_of_a_store_that_left_stores_yaml_is_named_and_left_alone(made, omen, done, more):
    made.archive(NJ).rename(made.archive("Old"))
    made.generate(NJ, WEEK)
    before = whole_tree(made.archive("Old"))

    run = omen(*ASKED[done], *more)

    assert (run.code, run.err.splitlines()) == (0, [said(made.archive("Old"), done)])
    assert whole_tree(made.archive("Old")) == before


@pytest.mark.parametrize("done", ASKED)
def test_only_folders_are_named_each_on_one_harmless_line(made, omen, done):
    folders = made.data / "snapshots"
    (folders / "index.json").write_text("[]")
    (folders / "elsewhere").symlink_to(made.archive(NJ))
    for name in ("b\n\x1b[2J", os.fsdecode(b"\xff"), "a"):
        (folders / name).mkdir()
        (folders / name / "x").touch()

    run = omen(*ASKED[done])

    assert run.code == 0
    lines = [line for line in run.err.splitlines() if "belongs to no store" in line]
    assert lines == [said(folders / name, done) for name in ("a", "b\ufffd\ufffd[2J", "\ufffd")]


@pytest.mark.parametrize("done", ASKED)
def test_the_path_is_the_one_that_stores_yaml_names(two_stores, omen, done):
    configure(two_stores, "data: data", "data: elsewhere")
    two_stores.generate(NJ, WEEK)
    old = two_stores.config.parent / "elsewhere" / "snapshots" / "Old"
    old.mkdir()
    (old / "x").touch()
    assert said(old, done) in omen(*ASKED[done]).err.splitlines()


@pytest.mark.parametrize("done", ASKED)
def test_the_folders_of_file_systems_and_backups_are_not_named(made, omen, done):
    for name in ("lost+found", ".snapshot", ".Trash-0", "..."):
        (made.data / "snapshots" / name).mkdir()
    run = omen(*ASKED[done])
    assert (run.code, run.err) == (0, "")


@pytest.mark.parametrize("done", ASKED)
@pytest.mark.parametrize(("count", "more"), [(10, []), (11, ["omen: and 1 more"]), (250, ["omen: and 240 more"])])
def test_of_many_the_first_ten_are_named_and_the_rest_counted(made, omen, done, count, more):
    folders = [made.data / "snapshots" / f"Old-{at:03d}" for at in range(count)]
    for folder in folders:
        folder.mkdir()
        (folder / "x").touch()
    run = omen(*ASKED[done], "-q")
    assert (run.code, run.err.splitlines()) == (0, [*(said(folder, done) for folder in folders[:10]), *more])


@pytest.mark.parametrize("done", ASKED)
def test_asked_for_one_store_nothing_is_said_of_other_folders(made, omen, done):
    (made.data / "snapshots" / "Old").mkdir()
    command, _, *more = ASKED[done]
    assert omen(command, "--store", NJ, *more).err == ""


@pytest.mark.parametrize("done", ASKED)
def test_a_store_that_was_renamed_in_stores_yaml_alone_is_seen(made, omen, done):
    configure(made, f"{CALI}:", "Renamed:")
    assert said(made.archive(CALI), done) in omen(*ASKED[done]).err.splitlines()


def test_the_folders_of_the_old_system_are_not_named(two_stores, omen):
    folders = two_stores.data / "snapshots"
    (folders / "weekly").mkdir(parents=True, mode=0o700)
    folders.chmod(0o700)
    (folders / "index.json").write_text("[]")
    run = omen("verify", "--all")
    assert (run.code, "belongs to no store" in run.err, "not migrated yet" in run.err) == (7, False, True)


@pytest.mark.parametrize("done", ASKED)
def test_an_empty_folder_is_no_store_that_stores_yaml_lacks(made, omen, done):
    folder = made.data / "snapshots" / "a"
    (folder / "b").mkdir(parents=True)

    run = omen(*ASKED[done])

    expected = f"omen: {folder}: is an empty folder, and no archive; remove it with rmdir, or leave it"
    assert (run.code, run.err.splitlines()) == (0, [expected])


@pytest.mark.parametrize("done", ASKED)
def test_old_files_deep_in_a_folder_make_it_no_archive(made, omen, done):
    folder = made.data / "snapshots" / "a"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "snapshot_weekly_2026-01-11.json").write_text("{}")

    run = omen(*ASKED[done])

    assert (run.code, "a: holds files of the old system" in run.err) == (0, True), run.err


def test_where_the_folders_cannot_be_listed_that_is_said_beside_the_stores(two_stores, omen):
    two_stores.data.mkdir(mode=0o700)
    (two_stores.data / "snapshots").write_text("a file")
    run = omen("verify", "--all")
    assert run.code == 7
    lines = run.err.splitlines()
    assert lines[0].endswith("data/snapshots: not a folder (a symlink or a file stands there)")
    assert [line for line in lines if line.startswith(f"omen: {NJ}: ")]
    assert "omen: 2 archives cannot be verified" in lines
