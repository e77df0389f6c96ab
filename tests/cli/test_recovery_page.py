"""docs/recovery.md helps: it tells of every kind of finding, its commands exist, and its recipes mend real damage."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from omen_cli.archive.audit import append_event
from omen_cli.archive.documents import encode
from omen_cli.archive.failures import MAX_BYTES
from omen_cli.archive.findings import KINDS
from omen_cli.archive.layout import Layout
from tests.archive.factories import AT, snapshot
from tests.archive.outboxes import queued
from tests.cli.processes import environment
from tests.cli.stores import CALI, NJ
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores
from tests.guards import REPO

PAGE = (REPO / "docs" / "recovery.md").read_text("utf-8")
FORMATS = (REPO / "docs" / "formats.md").read_text("utf-8")
EXAMPLE_ID = "snapshot_weekly_2026-01-11_1768834800000_0a1b2c3d"
PARTS = ("Looks like", "Means", "Data at risk", "Remedy", "Steps", "Over when")
MENDED = [kind for kind in KINDS.values() if not kind.is_lost]
LOST = [kind.name for kind in KINDS.values() if kind.is_lost]


def headings(page: str) -> list[str]:
    """Return the titles of a page, outside its code."""
    return re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)


def section(title: str) -> str:
    """Return what stands below a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found[1]


def blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def part(kind: str, name: str) -> str:
    """Return one bullet of the section of a kind, on one line."""
    found = re.search(rf"^- \*\*{name}\*\*:?(.*?)(?=^- |^\n|\Z)", section(kind), re.MULTILINE | re.DOTALL)
    assert found, f"{kind}: no {name!r}"
    return on_one_line(found[1])


# --- what the page tells ----------------------------------------------------------------------------------------------


def test_the_kinds_of_the_page_are_those_of_verify_in_their_order():
    found = PAGE[PAGE.index("# What verify finds") : PAGE.index("# Restoring")]
    assert headings(found)[1:] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_kind_says_what_verify_says(kind):
    assert part(kind.name, "Means") == f"{kind.means}."
    assert part(kind.name, "Remedy") == f"{kind.remedy}."
    assert [name for name in PARTS if not part(kind.name, name)] == []


def commands() -> list[str]:
    """Return every `omen …` of the page, of its blocks and of its prose, each once."""
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    in_blocks = [line.strip() for block in blocks(PAGE) for line in block.splitlines()]
    found = [
        text for text in (*in_blocks, *map(on_one_line, re.findall(r"`([^`]+)`", prose))) if text.startswith("omen ")
    ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("command", commands())
def test_each_command_of_the_page_exists_with_its_options(omen, command):
    run = omen(*shlex.split(command, comments=True)[1:], "--help")
    assert (run.code, run.err) == (0, ""), command


def test_an_option_that_does_not_exist_turns_red(omen):
    assert len(commands()) > 15
    assert omen("verify", "--deeply", "--help").code == 2


def slug(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize(("name", "page"), [("recovery.md", PAGE), ("formats.md", FORMATS)])
def test_each_link_of_both_pages_leads_somewhere(name, page):
    known = {"recovery.md": {slug(title) for title in headings(PAGE)}, "formats.md": {slug(title) for title in headings(FORMATS)}}  # fmt: skip
    links = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", page)
    assert len(links) > 5
    for path, anchor in links:
        assert (REPO / "docs" / (path or name)).exists(), path
        assert not anchor or anchor in known[path or name], anchor


def test_the_readme_links_both_pages():
    readme = (REPO / "README.md").read_text("utf-8")
    assert "(docs/recovery.md)" in readme
    assert "(docs/formats.md)" in readme


def test_the_messages_that_the_page_explains_are_those_of_the_source():
    source = "".join(path.read_text("utf-8") for path in sorted((REPO / "omen_cli" / "archive").glob("*.py")))
    rows = re.findall(r"^\| (.+?) \| .+ \|$", section("Exit 7 without a finding"), re.MULTILINE)[2:]
    system = ("Permission denied", "Operation not permitted", "Read-only file system")
    assert len(rows) >= 7
    for row in rows:
        message = row.replace("cannot … it (", "cannot {action} it (")
        for text in system:
            message = message.replace(text, "{reason}")
        assert message in source, row


# --- the recipes ------------------------------------------------------------------------------------------------------


class Shop:
    """An archive of three snapshots of NJ, a backup of it, and a shell in which `omen` is a command."""

    def __init__(self, stores, bin_folder: Path) -> None:
        self.stores, self.bin = stores, bin_folder
        bin_folder.mkdir()
        omen = bin_folder / "omen"
        omen.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m omen_cli "$@"\n')
        omen.chmod(0o755)
        self.folder = stores.config.parent
        self.archive = stores.archive(NJ)
        self.id = next(self.archive.glob("snapshot_weekly_2026-01-11_*.json")).stem
        self.file = self.archive / f"{self.id}.json"
        shutil.copytree(stores.data, self.folder / "backup")

    def sh(self, block: str) -> subprocess.CompletedProcess[str]:
        """Run a block of the page as it stands there, but for the id; its answer is that of its last line.

        A block of nothing but `omen …` needs no shell, nor the time that a process takes to begin.
        """
        lines = [shlex.split(line, comments=True) for line in block.splitlines()]
        if all(words[0] == "omen" and "$" not in " ".join(words) for words in lines):
            *_, run = [self.stores.omen(*words[1:]) for words in lines]
            return subprocess.CompletedProcess(block, run.code, run.out, run.err)
        for tool in ("flock", "fuser"):
            if re.search(rf"^{tool}\b", block, re.MULTILINE) and shutil.which(tool) is None:
                pytest.skip(f"this machine has no {tool}")
        env = environment(OMEN_THREADS="1")
        env["PATH"] = f"{self.bin}:{env['PATH']}"
        script = block.replace(EXAMPLE_ID, self.id)
        return subprocess.run(
            ["sh", "-c", script], cwd=self.folder, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    def verify(self, *more: str) -> tuple[int, set[tuple[str, str]], list[str]]:
        """Return the exit status of `omen verify --deep`, (kind, subject) of what it found, and the problems."""
        run = self.stores.omen("verify", "--store", NJ, "--deep", "--json", *more)
        results = (run.json["data"] if run.json["ok"] else run.json["error"])["results"]
        found = [one for result in results for one in result["findings"] if one["state"] in ("found", "lost")]
        return run.code, {(one["kind"], one["subject"]) for one in found}, [one["problem"] for one in found]

    def ids(self) -> list[str]:
        """Return the ids of every version that `omen history` lists."""
        run = self.stores.omen("history", "--store", NJ, "--all-versions", "--json")
        return [entry["id"] for entry in run.data]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The data of an archive, made once; every test damages a copy."""
    folder = tmp_path_factory.mktemp("made")
    stores = TwoStores(write_two_stores(folder), Omen(folder, Clock()))
    for as_of in ("2026-01-04", "2026-01-11", "2026-01-18"):
        stores.generate(NJ, as_of)
    return stores.data


@pytest.fixture
def shop(two_stores, tmp_path, made):
    shutil.copytree(made, two_stores.data)
    return Shop(two_stores, tmp_path / "bin")


def _append(path: Path, raw: bytes) -> None:
    path.write_bytes(path.read_bytes() + raw)


def _cut_last_line(shop: Shop) -> None:
    file = shop.archive / "audit" / "2026-01.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))


def _change_message(shop: Shop) -> None:
    (delivery,) = queued(shop.stores.data, shop.id)
    path = delivery.path(Layout(shop.stores.data, NJ))
    path.write_bytes(path.read_bytes().replace(b"as sent", b"AS SENT"))


DAMAGE = {
    "unfinished": lambda shop: (shop.archive / ".pending").write_bytes(b'{"asOfDate":"2026'),
    "leftover": lambda shop: (shop.archive / "index" / ".2026-01.json.tmp").write_bytes(b"{"),
    "incomplete": lambda shop: (shop.archive / "README").unlink(),
    "permissions": lambda shop: shop.archive.chmod(0o750),
    "index_damaged": lambda shop: (shop.archive / "index" / "2026-01.json").write_bytes(b"{"),
    "index_stale": lambda shop: (shop.archive / "index" / "2026-01.json").unlink(),
    "unaudited": _cut_last_line,
    "audit_torn": lambda shop: _append(shop.archive / "audit" / "2026-01.jsonl", b'{"at":"20'),
    "linked": lambda shop: (shop.folder / "backup.jsonl").hardlink_to(shop.archive / "audit" / "2026-01.jsonl"),
    "foreign": lambda shop: (shop.archive / "notes.txt").write_text("mine"),
    "message_damaged": _change_message,
    "snapshot_missing": lambda shop: shop.file.unlink(),
    "snapshot_damaged": lambda shop: shop.file.write_bytes(shop.file.read_bytes()[:500]),
    "audit_broken": lambda shop: (shop.archive / "audit" / "2026-01.jsonl").write_bytes(
        (shop.archive / "audit" / "2026-01.jsonl").read_bytes().replace(b"tester", b"taster", 1)
    ),
}


def looks_as_told(kind: str, subject: str, problem: str) -> bool:
    """Tell whether the page shows what verify showed: the subject, or that it is an id, and words of the problem."""
    told = part(kind, "Looks like")
    pieces = re.split(r"[^A-Za-z ]+", re.sub(r"snapshot_\w+-\d\d-\w+", "#", problem))
    words = next(piece.strip() for piece in pieces if " " in piece.strip())
    is_id = subject.startswith("snapshot_")
    is_named = re.sub(r":\d+$", "", subject) in told or "a path" in told or (is_id and "id of a snapshot" in told)
    return is_named and words in told


@pytest.mark.parametrize("kind", MENDED, ids=lambda kind: kind.name)
def test_the_steps_of_a_kind_that_can_be_mended_mend_it(shop, kind):
    before = shop.ids()
    DAMAGE[kind.name](shop)
    status, found, problems = shop.verify()
    assert (status, {name for name, _ in found}) == (1, {kind.name})
    assert looks_as_told(kind.name, next(iter(found))[1], problems[0]), (found, problems)
    run = shop.sh(blocks(section(kind.name))[-1])
    assert run.returncode == 0, run.stdout + run.stderr
    assert shop.verify()[:2] == (0, set())
    assert shop.ids() == before


def _of_another_store(shop: Shop) -> None:
    made = snapshot("daily", store=CALI)
    (shop.archive / f"{made.id}.json").write_bytes(encode(made))


def _of_a_taken_version(shop: Shop) -> None:
    made = snapshot("weekly", date(2026, 1, 11), sales="5.00")
    (shop.archive / f"{made.id}.json").write_bytes(encode(made))


def _pruned_and_back(shop: Shop) -> None:
    raw = shop.file.read_bytes()
    with_it = {"id": shop.id}
    append_event(shop.archive / "audit", at=AT, by="ann", event="snapshot.pruned", details=with_it)
    shop.file.write_bytes(raw)


@pytest.mark.parametrize("damage", [_of_another_store, _of_a_taken_version, _pruned_and_back])
def test_a_foreign_snapshot_looks_as_the_page_says(shop, damage):
    damage(shop)
    _, found, problems = shop.verify()
    told = [problem for (kind, _), problem in zip(sorted(found), problems, strict=False) if kind == "foreign"]
    assert "foreign" in {kind for kind, _ in found}
    assert any(looks_as_told("foreign", "a path", problem) for problem in told or problems), problems
    assert shop.sh(blocks(section("foreign"))[0]).returncode == 0
    assert shop.verify()[:2] == (0, set())


@pytest.mark.parametrize("kind", LOST)
def test_a_loss_looks_as_the_page_says_and_no_repair_settles_it(shop, kind):
    DAMAGE[kind](shop)
    status, found, problems = shop.verify()
    assert (status, {name for name, _ in found}) == (7, {kind})
    assert looks_as_told(kind, next(iter(found))[1], problems[0]), (found, problems)
    assert shop.verify("--repair")[0] == 7


@pytest.mark.parametrize("kind", ["snapshot_missing", "snapshot_damaged"])
def test_one_snapshot_comes_back_from_a_backup(shop, kind):
    whole, before = shop.file.read_bytes(), shop.ids()
    DAMAGE[kind](shop)
    if kind == "snapshot_damaged":
        assert shop.sh(blocks(section(kind))[0]).returncode == 7
        assert (shop.archive / "quarantine" / shop.file.name).read_bytes() == whole[:500]
    run = shop.sh(blocks(section("One snapshot from a backup"))[0])
    assert run.returncode == 0, run.stdout + run.stderr
    assert shop.file.read_bytes() == whole
    assert shop.verify()[:2] == (0, set())
    assert shop.ids() == before


@pytest.mark.parametrize("kind", ["snapshot_missing", "snapshot_damaged"])
def test_a_loss_without_a_backup_is_made_anew_and_settled(shop, kind):
    DAMAGE[kind](shop)
    run = shop.sh(blocks(section("A snapshot that is in no backup"))[0])
    assert run.returncode == 0, run.stdout + run.stderr
    assert shop.verify()[:2] == (0, set())
    newest = shop.stores.omen("history", "--store", NJ, "--json").data[1]
    assert (newest["asOfDate"], newest["version"], newest["supersedes"]) == ("2026-01-11", 2, shop.id)
    assert shop.id not in shop.ids()
    settled = [line for line in shop.stores.audit(NJ) if line["event"] == "loss.accepted"]
    assert [(line["subject"], line["kind"]) for line in settled] == [(shop.id, kind)]


def test_an_accepted_snapshot_that_turns_up_is_taken_back(shop):
    whole = shop.file.read_bytes()
    shop.file.unlink()
    shop.sh(blocks(section("A snapshot that is in no backup"))[0])
    shop.file.write_bytes(whole)
    shop.file.chmod(0o600)
    shop.verify("--repair")
    assert shop.verify()[:2] == (0, set())
    assert shop.id in shop.ids()


def test_a_broken_audit_is_found_by_check_and_settled_by_accept(shop):
    DAMAGE["audit_broken"](shop)
    check, accept = blocks(section("audit_broken"))[0].splitlines()
    assert shop.sh(check).returncode == 7
    ((_, place),) = shop.verify()[1]
    assert shop.sh(accept.replace("audit/2026-01.jsonl:12", place)).returncode == 0
    assert shop.verify()[:2] == (0, set())
    assert shop.sh(check).returncode == 0


@pytest.mark.parametrize("with_backup", [True, False])
def test_two_stores_in_one_folder_get_their_own_back(shop, with_backup):
    before = shop.ids()
    theirs = shop.stores.generate(CALI, "2026-01-11").id
    shutil.copytree(shop.stores.archive(CALI), shop.archive, dirs_exist_ok=True)
    (shop.stores.archive(CALI) / f"{theirs}.json").unlink()
    block = blocks(section("Two stores in one folder"))[0]
    if not with_backup:
        block = re.sub(r"^cp -a backup\S+", "mkdir -m 700", block, flags=re.MULTILINE)
    run = shop.sh(block)
    assert run.returncode == 0, run.stdout + run.stderr
    assert shop.verify()[:2] == (0, set())
    assert shop.ids() == before
    assert shop.stores.omen("verify", "--store", CALI, "--deep").code == 0


def test_what_belongs_to_no_store_is_mended_and_settled_with_all(shop):
    folder = shop.stores.data / "audit"
    folder.mkdir(mode=0o700)
    for name in ("one", "two"):
        append_event(folder, at=AT, by="ann", event=name, details={})
    (file,) = folder.iterdir()
    (shop.folder / "backup.jsonl").hardlink_to(file)
    repair, accept = blocks(section("What belongs to no store"))[0].splitlines()
    assert shop.stores.omen("verify", "--all").code == 1
    assert shop.sh(repair).returncode == 0
    file.write_bytes(file.read_bytes().replace(b'"ann"', b'"eve"', 1))
    assert shop.stores.omen("verify", "--all").code == 7
    assert shop.sh(accept.replace("audit/2026-01.jsonl:12", f"audit/{file.name}:2")).returncode == 0
    assert shop.stores.omen("verify", "--all").code == 0


def test_an_audit_that_cannot_be_read_is_moved_away(shop):
    file = shop.archive / "audit" / "2026-01.jsonl"
    os.truncate(file, MAX_BYTES + 1)
    assert shop.stores.omen("generate", "--store", NJ, "--as-of", "2025-12-28").code == 7
    run = shop.sh(blocks(section("audit_broken"))[1])
    assert run.returncode == 0, run.stdout + run.stderr
    assert (shop.folder / "NJWeedWizard.audit-2026-01.jsonl").stat().st_size > MAX_BYTES
    assert shop.verify()[:2] == (0, set())
    audited = [line["id"] for line in shop.stores.audit(NJ) if line["event"] == "snapshot.created"]
    assert sorted(audited) == sorted(shop.ids())  # the three, and the one that generate had begun


def test_a_whole_store_comes_back_with_what_is_newer_than_the_backup(shop):
    shop.stores.generate(NJ, "2026-01-17", "daily")
    newer = shop.ids()
    shutil.rmtree(shop.archive / "index")
    shutil.rmtree(shop.archive / "audit")
    shop.file.write_bytes(b"rubbish")
    run = shop.sh(blocks(section("A whole store"))[0])
    assert run.returncode == 0, run.stdout + run.stderr
    assert shop.verify()[:2] == (0, set())
    assert shop.ids() == newer
    assert (shop.folder / "NJWeedWizard.damaged" / shop.file.name).read_bytes() == b"rubbish"


def test_the_snapshots_of_two_machines_are_sorted(shop):
    (other := shop.folder / "other" / "snapshots" / NJ).mkdir(parents=True)
    for made in (new := snapshot("daily"), rival := snapshot("weekly", date(2026, 1, 18), sales="5.00")):
        (other / f"{made.id}.json").write_bytes(encode(made))
    before = shop.ids()
    run = shop.sh(blocks(section("Two machines by mistake"))[0])
    assert run.returncode == 0, run.stdout + run.stderr
    assert sorted(shop.ids()) == sorted([*before, new.id])
    assert (shop.archive / "quarantine" / f"{rival.id}.json").exists()


def test_what_others_may_write_in_is_refused_until_the_rights_are_taken(shop):
    shop.stores.data.chmod(0o777)
    shop.archive.chmod(0o770)
    refused = shop.stores.omen("verify", "--store", NJ)
    assert (refused.code, "others may write in it" in refused.err) == (7, True)
    run = shop.sh(blocks(section("Others may write"))[0])
    assert run.returncode == 0, run.stdout + run.stderr
    assert shop.verify()[:2] == (0, set())


@pytest.mark.parametrize(
    "title",
    ["Before anything: copy the folder", "Ask what is wrong", "Mend", "It is over", "Moving to another machine", "The disk is full"],
)  # fmt: skip
def test_a_block_that_needs_no_damage_runs_as_it_stands(shop, title):
    before = shop.ids()
    for block in blocks(section(title)):
        run = shop.sh(block)
        assert run.returncode == 0, run.stdout + run.stderr
    assert shop.ids() == before
    assert shop.verify()[:2] == (0, set())


def test_quarantined_files_are_told_by_their_reasons_and_by_the_audit(shop):
    DAMAGE["foreign"](shop)
    shop.verify("--repair")
    run = shop.sh(blocks(section("Quarantined files"))[0])
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("notes.txt") >= 2


def test_a_store_beside_an_old_archive_begins_in_a_new_folder(two_stores, omen):
    old = two_stores.data / "snapshots" / "index.json"
    old.parent.mkdir(parents=True, mode=0o700)
    old.write_text("[]")
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-11").code == 7
    two_stores.config.write_text(two_stores.config.read_text("utf-8").replace("data: data", "data: fresh"), "utf-8")
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-11").code == 0
    assert list(two_stores.data.rglob("*")) == [old.parent, old]
