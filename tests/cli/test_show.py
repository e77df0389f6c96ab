"""`omen show`: which snapshot, how it reads, and that nothing in it harms a terminal."""

import json
import re

import pytest

from tests.cli.stores import CALI, DAY, NJ, csv_line, export, many_items, whole_tree, write_inventory

HOSTILE = {
    "escape": "\x1b[31mred\x1b]0;title\x07",
    "c1": "\x9b31mred",
    "bidi": "safe\u202egnp.exe",
    "zero width": "zero\u200bwidth",
    "markup": "[/red] [bold]x[/bold] [link=http://x]",
    "newline": "one\ntwo\r\nthree",
    "tab": "a\tb",
    "html": "<script>alert(1)</script>",
    "percent": "%s {0} {name}",
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def without_style(text):
    return STYLE.sub("", text)


def test_by_id_it_is_that_version(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    second = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "again")

    for run, version in ((first, 1), (second, 2)):
        shown = omen("show", "--store", NJ, "--snapshot", run.id)
        assert shown.code == 0
        assert f"{run.id} · version {version}" in shown.out


def test_by_timeframe_and_date_it_is_the_newest_version(two_stores, omen):
    two_stores.generate(NJ, DAY)
    newest = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "again")

    assert omen("show", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY, "--json").data["id"] == newest.id


def test_without_a_date_it_is_the_newest_of_the_stores_first_timeframe(two_stores, omen):
    newest = two_stores.generate(NJ, "2026-01-18")
    two_stores.generate(NJ, "2026-01-11")
    two_stores.generate(NJ, "2026-01-18", "daily")

    assert omen("show", "--store", NJ, "--json").data["id"] == newest.id


def test_a_day_may_be_named_by_a_word(two_stores, omen):
    made = two_stores.generate(NJ, "2026-01-18")

    assert omen("show", "--store", NJ, "--as-of", "last", "--json").data["id"] == made.id


def test_json_is_the_whole_document(two_stores, omen):
    made = two_stores.generate(NJ, DAY)

    run = omen("show", "--store", NJ, "--json")

    (line,) = run.out.splitlines()
    file = (two_stores.archive(NJ) / f"{made.id}.json").read_text("utf-8")
    assert json.loads(line, parse_float=str)["data"] == json.loads(file, parse_float=str)


def test_it_reads_well_in_a_terminal_of_100_columns(two_stores, omen):
    two_stores.generate(NJ, DAY)

    run = omen("show", "--store", NJ, is_tty=True, width=100)

    lines = without_style(run.out).splitlines()
    assert "\x1b[1m" in run.out
    assert all(len(line) <= 100 for line in lines)
    for words in ("NJ Weed Wizard: weekly snapshot", "Net sales", "What to do", "Data notes", "GM-10"):
        assert any(words in line for line in lines), words


def test_piped_it_has_no_colour(two_stores, omen):
    two_stores.generate(NJ, DAY)

    assert "\x1b" not in omen("show", "--store", NJ).out


def test_a_superseded_snapshot_says_so(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    second = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "prices were old")

    old = omen("show", "--store", NJ, "--snapshot", first.id)
    new = omen("show", "--store", NJ, "--snapshot", second.id)

    assert (old.code, old.err) == (0, f"omen: {first.id}: superseded by {second.id}\n")
    assert new.err == ""
    assert f"Supersedes {first.id}: prices were old" in new.out


def test_a_held_snapshot_says_so(two_stores, omen):
    write_inventory(two_stores, [*many_items(9), "BAD,Bad,each,Flower,1,5.00,-3.00,true,2025-06-01"])
    two_stores.generate(NJ, DAY)

    assert "HELD" in omen("show", "--store", NJ).out


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        ((), f"omen generate --store {NJ} --timeframe weekly"),
        (("--timeframe", "daily"), f"omen generate --store {NJ} --timeframe daily"),
        (("--as-of", DAY), f"omen generate --store {NJ} --timeframe weekly --as-of {DAY}"),
    ],
)
def test_none_yet_is_not_found_and_says_the_command_that_makes_it(two_stores, omen, asked, command):
    run = omen("show", "--store", NJ, *asked)

    assert (run.code, run.out) == (5, "")
    assert run.err.splitlines()[1] == f"  run: {command}"
    assert omen(*command.split()[1:], "-q").code == 0
    assert omen("show", "--store", NJ, *asked).code == 0


def test_an_id_that_nobody_has_is_not_found(two_stores, omen):
    run = omen("show", "--store", NJ, "--snapshot", f"snapshot_weekly_{DAY}_1768013990884_a098d716")

    assert (run.code, run.out) == (5, "")
    assert f"omen history --store {NJ}" in run.err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "latest",
        "../CaliCannabis/snapshot_weekly_2026-01-09_1_a098d716",
        "snapshot_weekly_2026-01-09_1_a098d716.json",
        "snapshot_weekly_2026-01-09_1_a098d716\n",
        "snapshot_weekly_2026-13-09_1_a098d716",
        "snapshot_yearly_2026-01-09_1_a098d716",
        "snapshot_weekly_2026-01-09_01_a098d716",
        "snapshot_weekly_２０２６-01-09_1_a098d716",
        "snapshot_weekly_2026-01-09_1_A098D716",
        "x" * 5000,
        "\x1b[2J",
    ],
)
def test_a_malformed_id_is_a_wrong_call(two_stores, omen, text):
    run = omen("show", "--store", NJ, "--snapshot", text)

    assert (run.code, run.out) == (2, "")
    assert run.err.endswith(": not a snapshot id\n  `omen history` lists the ids\n")
    assert len(run.err) < 200
    assert not CONTROL.search(run.err)
    assert not two_stores.data.exists()


@pytest.mark.parametrize("more", [("--as-of", DAY), ("--timeframe", "weekly")])
def test_an_id_and_a_key_at_once_are_refused(two_stores, omen, more):
    run = omen("show", "--store", NJ, "--snapshot", f"snapshot_weekly_{DAY}_1_a098d716", *more)

    assert run.code == 2
    assert "--snapshot: names one already" in run.err


def test_another_stores_id_is_forbidden_and_audited_in_both_archives(two_stores, omen):
    two_stores.generate(NJ, DAY)
    theirs = two_stores.generate(CALI, DAY)

    run = omen("show", "--store", NJ, "--snapshot", theirs.id)

    assert (run.code, run.out) == (10, "")
    assert f"{theirs.id}: not a snapshot of {NJ}" in run.err
    assert CALI not in run.err
    for store in (NJ, CALI):
        event = two_stores.audit(store)[-1]
        assert (event["event"], event["requestedFor"], event["snapshotId"]) == ("access.denied", NJ, theirs.id)
        assert event["by"] == "tester"


def test_another_stores_id_is_forbidden_also_to_a_store_without_an_archive(two_stores, omen):
    theirs = two_stores.generate(CALI, DAY)

    run = omen("show", "--store", NJ, "--snapshot", theirs.id, "--json")

    assert (run.code, run.json["error"]["code"], run.json["error"]["status"]) == (10, "forbidden", 403)
    assert two_stores.audit(CALI)[-1]["event"] == "access.denied"
    assert not two_stores.archive(NJ).exists()


def test_another_stores_broken_archive_is_no_trouble_of_ones_own(two_stores, omen):
    two_stores.generate(CALI, DAY)
    two_stores.archive(CALI).chmod(0o777)

    assert omen("show", "--store", NJ, "--snapshot", f"snapshot_weekly_{DAY}_1_a098d716").code == 5


def test_a_snapshot_whose_file_is_gone_is_damage(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    (two_stores.archive(NJ) / f"{made.id}.json").unlink()
    before = whole_tree(two_stores.data)

    run = omen("show", "--store", NJ)

    assert (run.code, run.out) == (7, "")
    assert f"{made.id}.json" in run.err
    assert whole_tree(two_stores.data) == before


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_are_harmless_in_a_terminal_and_in_a_pipe(two_stores, omen, kind):
    name = HOSTILE[kind]
    hostile = csv_line(name, name, name, "Flower", "3", "5.00", "6.00", "true", "2025-06-01")  # low and badly priced
    bad = csv_line(name + "2", name, "each", "Flower", name, "5.00", "6.00", "true", "2025-06-01")
    write_inventory(two_stores, [*many_items(), hostile, bad])

    made = omen("generate", "--store", NJ, "--as-of", DAY, is_tty=True)
    on_tty, piped = (omen("show", "--store", NJ, is_tty=is_tty) for is_tty in (True, False))

    for run in (made, on_tty, piped):
        assert run.code == 0, run.err
        assert not CONTROL.search(without_style(run.out))
        assert "\x1b]" not in run.out
    assert len({line.count("\t") for line in piped.out.splitlines() if line.startswith("Reorder soon\t")}) == 1
    if kind == "markup":
        assert "[/red]" in piped.out
        assert "[/red]" in "".join(line.strip() for line in without_style(on_tty.out).splitlines())


def test_hostile_names_come_back_whole_in_json_all_ascii(two_stores, omen):
    lines = [
        csv_line(f"H{at}", name, "each", "Flower", "3", "5.00", "6.00", "true", "2025-06-01")
        for at, name in enumerate(HOSTILE.values())
    ]
    write_inventory(two_stores, lines)
    two_stores.generate(NJ, DAY)

    run = omen("show", "--store", NJ, "--json")

    assert run.out.isascii()
    assert not CONTROL.search(run.out)
    names = {one["sku"]: one["name"] for one in run.data["content"]["items"]}
    assert names["H2"] == HOSTILE["bidi"]
    assert names["H7"] == HOSTILE["html"]


def test_a_hostile_store_name_is_refused_or_harmless(two_stores, omen):
    text = two_stores.config.read_text("utf-8")
    two_stores.config.write_text(text.replace("NJ Weed Wizard", '"[red]NJ <b>"'), "utf-8")

    run = omen("generate", "--store", NJ, "--as-of", DAY, is_tty=True)

    assert run.code in (0, 3)
    assert "\x1b[31m" not in run.out


def test_quiet_prints_nothing(two_stores, omen):
    two_stores.generate(NJ, DAY)

    run = omen("show", "--store", NJ, "-q")

    assert (run.code, run.out, run.err) == (0, "", "")


def test_an_export_that_changed_since_changes_nothing_shown(two_stores, omen):
    two_stores.generate(NJ, DAY)
    before = omen("show", "--store", NJ).out
    export(two_stores).unlink()

    assert omen("show", "--store", NJ).out == before


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_label_is_broken_to_pieces_on_any_terminal(two_stores, omen, width):
    two_stores.generate(NJ, DAY)

    lines = without_style(omen("show", "--store", NJ, is_tty=True, width=width).out).splitlines()

    assert all(len(line) <= width for line in lines)
    assert any(re.match(r"Net sales +\$366\.00 +\$35\.00", line) for line in lines)
    assert any(re.match(r"Gross profit +\$132\.00", line) for line in lines)
    assert len([line for line in lines if len(line.split()) == 1 and len(line.split()[0]) == 1]) == 0
