"""What must be durable before the next step of a migration, or of its clean-up, is: the order of the calls."""

from hashlib import sha256

from omen_cli.archive.layout import Layout
from omen_cli.archive.move_list import MovedFiles, begin
from omen_cli.archive.moving import move
from omen_cli.archive.set_aside import Aside, set_aside
from omen_cli.archive.tree import finish_migration, make_root, make_tree
from tests.archive.factories import DAY, STORE, count_calls, in_child

CALLS = ("write", "fsync", "link", "unlink", "rename")
RAW = b"an old file"
OLD = sha256(RAW).hexdigest()


def layout_at(folder) -> Layout:
    layout = Layout(folder / "data", STORE)
    make_root(layout.snapshots)
    return layout


def calls_of(layout, work) -> list[str]:
    """Return the changing and flushing calls of `work`, done in a child, with paths below the data root."""
    log = layout.data.parent / "calls"
    assert in_child(lambda: (count_calls(log, names=CALLS), work())) == 0
    return [line.replace(str(layout.data), "data") for line in log.read_text().splitlines()]


def in_order(calls, *steps) -> bool:
    """Tell whether the steps are among the calls, each after the one before."""
    left = iter(calls)
    return all(any(call == step for call in left) for step in steps)


def hash_of(path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_the_readme_of_an_archive_is_durable_before_its_first_lock_is_there(tmp_path):
    layout = layout_at(tmp_path)
    root = f"data/snapshots/{STORE}"

    calls = calls_of(layout, lambda: make_tree(layout, 5.0, is_migrating=True))

    assert in_order(
        calls,
        f"rename {root}/.README.tmp",
        f"fsync {root}",
        f"fsync {layout.lock_files[0]}".replace(str(layout.data), "data"),
    )


def test_the_layouts_number_is_durable_when_a_migration_ends(tmp_path):
    layout = layout_at(tmp_path)

    calls = calls_of(layout, lambda: finish_migration(layout, 5.0))

    assert in_order(calls, "fsync data/.omen-format.tmp", "rename data/.omen-format.tmp", "fsync data")


def test_a_copy_in_quarantine_is_durable_with_its_reason_and_its_folder(tmp_path):
    layout = layout_at(tmp_path)

    calls = calls_of(layout, lambda: set_aside(layout, [Aside("odd", OLD, "is odd", lambda: RAW)], 5.0))

    place = f"data/quarantine/.{OLD[:8]}-odd"
    assert in_order(
        calls,
        *(f"{call} {place}.reason.json.tmp" for call in ("write", "fsync", "rename")),
        *(f"{call} {place}.tmp" for call in ("write", "fsync", "rename")),
        *("fsync data/quarantine", "fsync data"),
    )


def test_an_old_file_loses_its_name_when_the_list_and_the_new_name_are_durable(tmp_path):
    layout = layout_at(tmp_path)
    make_root(layout.snapshots / "weekly")
    (layout.snapshots / "weekly" / "old.json").write_bytes(RAW)
    (layout.snapshots / "index.json").write_bytes(RAW)
    listed = MovedFiles(files={"index.json": OLD, "weekly/old.json": OLD}, snapshots={})

    calls = calls_of(layout, lambda: move(layout, begin(layout, listed, DAY), listed.files, hash_of))

    aside = f"data/snapshots.old-{DAY}"
    assert in_order(
        calls,
        *(f"fsync {aside}/.moved.json.tmp", f"rename {aside}/.moved.json.tmp", f"fsync {aside}"),
        *("link data/snapshots/weekly/old.json", f"fsync {aside}/files/weekly"),
        *("unlink data/snapshots/weekly/old.json", "fsync data/snapshots/weekly"),
    )
    renamed = calls.index(f"rename {aside}/.moved.json.tmp")
    linked, gone = (
        next(at for at, call in enumerate(calls) if call.startswith(f"{name} data/snapshots/"))
        for name in ("link", "unlink")
    )
    assert f"fsync {aside}" in calls[renamed:linked]
    assert {f"fsync {aside}/files", f"fsync {aside}/files/weekly"} <= set(calls[linked:gone])
    assert {"fsync data/snapshots", "fsync data/snapshots/weekly"} <= set(calls[gone:])


def test_a_file_that_changed_or_whose_name_is_taken_stays(tmp_path):
    layout = layout_at(tmp_path)
    for name in ("same", "changed", "taken"):
        (layout.snapshots / name).write_bytes(b"newer" if name == "changed" else RAW)
    listed = MovedFiles(files=dict.fromkeys(("same", "changed", "taken"), OLD), snapshots={})
    folder = begin(layout, listed, DAY)
    files = folder / "files"
    (files / "taken").write_bytes(b"another's")

    moved = move(layout, folder, listed.files, hash_of)

    assert (moved.count, set(moved.staying)) == (1, {"changed", "taken"})
    assert ((files / "taken").read_bytes(), (files / "same").read_bytes()) == (b"another's", RAW)
    assert sorted(path.name for path in layout.snapshots.iterdir()) == ["changed", "taken"]
