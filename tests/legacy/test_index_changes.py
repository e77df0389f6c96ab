"""An index that changes while a migration is at it stops the migration: what was understood is what is compared."""

import os
from dataclasses import replace
from random import Random

import pytest

from tests.faults.calls import intercept, mute_fsync
from tests.faults.children import in_child
from tests.legacy.drawn import built
from tests.legacy.migrations import install
from tests.legacy.old_archives import as_json
from tests.legacy.old_shapes import wrapper_named_by_key


@pytest.mark.parametrize("look", range(1, 7))
def test_what_an_index_says_at_the_end_is_brought_over_or_the_migration_stops(tmp_path, look):
    old = built(Random(7).choice, [wrapper_named_by_key])
    unsent = [{**row, "emailSent": False, "emailSentAt": None, "emailRecipient": None} for row in old.rows]
    installation = install(tmp_path, replace(old, index=as_json(unsent)))
    other = tmp_path / "new.json"
    other.write_bytes(as_json([{**row, "emailSent": True} for row in unsent]))
    looks = 0

    def change_before_it(call, go):
        nonlocal looks
        if call.name == "open" and call.path.endswith("/index.json"):
            looks += 1
            if looks == look:
                os.replace(other, call.path)  # noqa: PTH105
        return go()

    def work():
        mute_fsync()
        intercept(installation.root, change_before_it)
        return installation.migrate()

    run = in_child(work)

    if run.code == 0:
        assert [one.marks[0] for one in installation.documents()] == [not other.exists()]
    else:
        assert (run.code, "index.json: changed since the old archive was read" in run.err) == (7, True), run.err


def test_an_index_that_comes_while_the_files_are_read_stops_the_migration(tmp_path):
    installation = install(tmp_path, built(Random(7).choice, [wrapper_named_by_key]))
    index = installation.root / "index.json"
    away = index.rename(tmp_path / "away.json")

    def put_back(call, go):
        if call.name == "open" and away.exists():
            os.replace(away, index)  # noqa: PTH105
        return go()

    def work():
        mute_fsync()
        intercept(installation.root, put_back)
        return installation.migrate()

    run = in_child(work)

    assert (run.code, "index.json: is new since the old archive was read" in run.err) == (7, True), run.err
