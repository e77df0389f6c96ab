"""`omen doctor` where something odd stands in the way: each is a line that failed, and the examination goes on."""

import os

import pytest

from omen_cli.workflows.examination import _part
from tests.cli.scheduled import CALI_DUE, NJ, schedule
from tests.cli.stores import configure, export
from tests.conftest import Clock, Omen
from tests.faults.mounts import in_own_mounts, mount_problem, tmpfs

NOW = "2026-01-19T16:15:00+00:00"


@pytest.fixture
def stores(two_stores, omen):
    """Both stores, run a quarter of an hour ago into a folder."""
    schedule(two_stores)
    assert omen("run", now=CALI_DUE).code == 0
    return two_stores


@pytest.fixture
def failed(omen):
    """`failed(*more)`: the lines that failed by (part, step); the examination came to its end."""

    def run(*more: str):
        answer = omen("doctor", *more, "--json", now=NOW)
        assert answer.code in (0, 1), answer.err
        parts = (answer.json["data"] if answer.code == 0 else answer.json["error"])["parts"]
        assert parts[-1]["part"] == "mail"
        lines = [(part["part"], one) for part in parts for one in part["checks"]]
        return {(part, one["step"]): one for part, one in lines if one["outcome"] == "failed"}

    return run


@pytest.mark.parametrize("name", ["run.json", "alerts.json"])
@pytest.mark.parametrize("kind", ["a folder", "something else"])
def test_what_is_no_file_in_the_place_of_a_memory_fails_with_the_fix(stores, failed, name, kind):
    path = stores.data / name
    path.unlink(missing_ok=True)
    assert failed() == {}
    path.mkdir() if kind == "a folder" else path.symlink_to("elsewhere")
    line = failed()["permissions", f"data/{name}"]
    assert f"{kind} stands in the place of the file" in line["found"]
    assert line["fix"].startswith(f"move {path} away")


def test_links_of_the_outbox_that_go_round_fail_and_end_nothing(stores, omen, failed):
    folder = stores.config.parent / "loop"
    folder.symlink_to("loop")
    configure(stores, "stores:\n", 'mail: {url: "file:loop"}\nstores:\n')
    (line,) = failed().values()
    assert str(folder) in line["found"]
    snapshot = stores.generate(NJ, "2026-01-09").id
    assert omen("send", "--store", NJ, "--snapshot", snapshot).code in (3, 8)
    assert omen("run", now=NOW).code != 70


def test_links_of_the_data_that_go_round_fail_and_end_nothing(two_stores, omen, failed):
    two_stores.data.symlink_to(two_stores.data.name)
    assert ("permissions", "data") in failed()
    assert omen("run", now=NOW).code in (3, 7)


@pytest.mark.parametrize("seconds", [300_000_000_000, -300_000_000_000])
def test_a_file_of_a_time_that_no_calendar_has_is_looked_at_all_the_same(seconds):
    from omen_cli.sources.glimpse import changed_at

    assert changed_at(seconds).year == (9999 if seconds > 0 else 1)


def _with_an_export_of_the_far_future(folder, path):
    raw = path.read_bytes()
    with tmpfs(path.parent, "size=1m"):  # other file systems hold no such time
        path.write_bytes(raw)
        os.utime(path, (1, 300_000_000_000))
        assert path.stat().st_mtime == 300_000_000_000
        run = Omen(folder, Clock())("doctor", "--json", now=NOW)
    parts = {
        part["part"]: part["checks"] for part in (run.json["data"] if run.code == 0 else run.json["error"])["parts"]
    }
    return run.code, [one["outcome"] for one in parts["exports"] if one["step"] == f"inventory of {NJ}"]


def test_an_export_of_the_far_future_ends_nothing(stores):
    if problem := mount_problem():
        pytest.skip(problem)
    code, outcomes = in_own_mounts(_with_an_export_of_the_far_future, stores.config.parent, export(stores))
    assert (code in (0, 1), outcomes) == (True, ["ok"])


def test_what_nobody_caught_is_a_failed_line_of_its_part():
    def checks():
        raise KeyError("a secret")
        yield

    (line,) = _part("clock", checks()).checks
    assert (line.outcome, line.step, line.found) == ("failed", "clock", "a bug of omen's ended this part: KeyError")
    assert line.fix


def _as_nobody(work):
    """Return what `work` returns in a process without rights."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(writing, work().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        found = said.read()
    os.waitpid(child, 0)
    return found


@pytest.mark.parametrize("name", ["inventory.csv", "inventory-*.csv", "inventory-{date}.csv"])
def test_an_export_folder_that_cannot_be_read_is_said_to_be_that(tmp_path, name):
    from datetime import date

    from omen_cli.errors import SourceInvalid
    from omen_cli.sources.find import find_files

    folder = tmp_path / "exports"
    folder.mkdir(mode=0o700)
    (folder / name.replace("*", "1").replace("{date}", "2026-01-09")).touch()
    folder.chmod(0)

    def message() -> str:
        try:
            return str(find_files(str(folder / name), role="inventory", as_of=date(2026, 1, 9)))
        except SourceInvalid as error:
            return f"{error.message} | {error.hint}"

    try:
        found = message() if os.geteuid() else _as_nobody(message)
    finally:
        folder.chmod(0o700)
    assert found.startswith("inventory: the folder /")
    assert found.endswith(" cannot be read: Permission denied | give omen's user the right to read it")
