"""`omen migrate --cleanup` killed after every change that it makes and run again: each old file is aside once, and none is left."""

import json
import os
from dataclasses import replace
from random import Random

from tests.faults.calls import intercept, mute_fsync
from tests.faults.children import KILLED, Died, in_child
from tests.faults.images import capture, lay
from tests.legacy.drawn import built
from tests.legacy.migrations import Installation, install
from tests.legacy.old_shapes import file_without_an_entry, wrapper_named_by_key


def cleaned(installation: Installation) -> int:
    """Run the clean-up, and return its exit status."""
    return installation.omen("migrate", "--cleanup", "--default-store", "NJWeedWizard", "--json").code


def killed(installation: Installation, turn: int) -> bool:
    """Run the clean-up until its change of that number, which it makes and dies; False when it made fewer."""
    seen, end = 0, os._exit

    def strike(call, go):
        nonlocal seen
        if call.name in ("fsync", "fdatasync"):
            return None
        answer = go()
        seen += call.is_change
        if call.is_change and seen == turn:
            end(KILLED)
        return answer

    def work():
        intercept(installation.folder / "data", strike)
        return cleaned(installation)

    try:
        assert in_child(work) == 0
    except Died as died:
        return died.status == KILLED
    return False


def test_a_clean_up_that_is_killed_anywhere_is_finished_by_the_next(tmp_path):
    old = built(Random(3).choice, [wrapper_named_by_key, file_without_an_entry])
    installation = install(tmp_path, replace(old, files={**old.files, "weekly/notes.txt": b"notes"}), in_place=True)
    assert installation.migrate().code == 0
    start, turn = capture(installation.folder), 1
    wanted = {**old.files, "weekly/notes.txt": b"notes", "index.json": old.index}
    archived = {
        path: raw for path, raw in installation.tree().items() if "/NJWeedWizard/" in path and "/audit" not in path
    }

    while killed(installation, turn):
        assert in_child(lambda: (mute_fsync(), cleaned(installation))[1]) == 0, turn
        (aside,) = (installation.folder / "data").glob("snapshots.old-*")
        files = aside / "files"
        there = {str(path.relative_to(files)): path.read_bytes() for path in files.rglob("*") if path.is_file()}
        assert set(json.loads((aside / "moved.json").read_bytes())["files"]) == set(wanted)
        assert sorted(path.name for path in aside.iterdir()) == ["README", "files", "moved.json"]
        assert there == wanted, turn
        after = installation.tree()
        assert {path: after.get(path) for path in archived} == archived
        assert not [path for path in wanted if (installation.root / path).exists()]
        lay(start, installation.folder)
        turn += 1

    assert turn > 18
