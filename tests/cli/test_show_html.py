"""`omen show --html`: which snapshot, where the page goes, what is said of it, and what is refused."""

import os

import pytest

from tests.architecture.test_imports import loaded_by
from tests.cli.stores import DAY, NJ, csv_line, many_items, whole_tree, write_inventory
from tests.unit.pages import parsed

HTML = ("show", "--store", NJ, "--html", "page.html")


def heads(path):
    """The title of a page, and what stands at its head."""
    root = parsed(path.read_text("utf-8"))
    return root.all("title")[0].text, [one.text for one in root.all("header")[0].all("p")]


def footer(path):
    return [one.text for one in parsed(path.read_text("utf-8")).all("footer")[0].all("dd")]


def test_it_writes_the_page_and_says_in_a_line_where(two_stores, omen, tmp_path):
    made = two_stores.generate(NJ, DAY)

    run = omen(*HTML)

    assert (run.code, run.err) == (0, "")
    assert run.out == f"{made.id}: written to page.html\n"
    assert heads(tmp_path / "page.html")[0] == "NJ Weed Wizard: weekly snapshot, Jan 5–11, 2026"
    assert footer(tmp_path / "page.html")[0] == made.id


def test_json_says_where_how_large_and_of_what(two_stores, omen, tmp_path):
    made = two_stores.generate(NJ, DAY)

    run = omen(*HTML, "--json")

    size = (tmp_path / "page.html").stat().st_size
    assert run.json == {"ok": True, "command": "show",
                        "data": {"path": "page.html", "bytes": size, "snapshotId": made.id}}  # fmt: skip


def test_quiet_writes_it_and_says_nothing(two_stores, omen, tmp_path):
    two_stores.generate(NJ, DAY)
    assert omen(*HTML, "-q").out == ""
    assert (tmp_path / "page.html").stat().st_size > 50_000


def test_by_id_by_timeframe_and_by_date_it_is_that_snapshot(two_stores, omen, tmp_path):
    first = two_stores.generate(NJ, DAY)
    second = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "prices were old")
    daily = two_stores.generate(NJ, DAY, "daily")
    asked = {
        first.id: ("--snapshot", first.id),
        second.id: ("--timeframe", "weekly", "--as-of", DAY),
        daily.id: ("--timeframe", "daily"),
    }

    for snapshot, options in asked.items():
        assert omen(*HTML, *options).code == 0
        assert footer(tmp_path / "page.html")[0] == snapshot


def test_a_superseded_one_says_so_on_the_page_and_on_stderr(two_stores, omen, tmp_path):
    first = two_stores.generate(NJ, DAY)
    second = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "prices were old")

    old = omen(*HTML, "--snapshot", first.id)
    assert old.err == f"omen: {first.id}: superseded by {second.id}\n"
    assert f"SUPERSEDED: {second.id} takes its place" in heads(tmp_path / "page.html")[1]

    omen(*HTML)
    assert f"Supersedes {first.id}: prices were old" in heads(tmp_path / "page.html")[1]


def test_a_held_one_says_so_on_the_page(two_stores, omen, tmp_path):
    write_inventory(two_stores, [*many_items(9), "BAD,Bad,each,Flower,1,5.00,-3.00,true,2025-06-01"])
    two_stores.generate(NJ, DAY)
    omen(*HTML)
    assert heads(tmp_path / "page.html")[1][1].startswith("HELD, not to be sent: ")


def test_the_same_snapshot_is_the_same_file_and_the_archive_stays_as_it_is(two_stores, omen, tmp_path):
    two_stores.generate(NJ, DAY)
    before = whole_tree(two_stores.data)
    omen(*HTML)
    first = (tmp_path / "page.html").read_bytes()
    (tmp_path / "page.html").write_bytes(b"something older")

    omen(*HTML)

    assert (tmp_path / "page.html").read_bytes() == first
    assert whole_tree(two_stores.data) == before


def test_numbers_are_the_stores_own(two_stores, omen, tmp_path):
    text = two_stores.config.read_text("utf-8")
    two_stores.config.write_text(text.replace("locale: en_US", "locale: de_DE"), "utf-8")
    two_stores.generate(NJ, DAY)
    omen(*HTML)
    assert "5.–11. Jan. 2026" in heads(tmp_path / "page.html")[0]


@pytest.mark.parametrize("name", ["data/page.html", "data/snapshots/NJWeedWizard/page.html", "through/page.html"])
def test_no_page_goes_into_the_data_root(two_stores, omen, tmp_path, name):
    two_stores.generate(NJ, DAY)
    (tmp_path / "through").symlink_to(two_stores.archive(NJ))
    before = whole_tree(two_stores.data)

    run = omen("show", "--store", NJ, "--html", name)

    assert (run.code, run.out) == (2, "")
    assert "where only the archive writes" in run.err
    assert whole_tree(two_stores.data) == before


@pytest.mark.parametrize("name", ["", ".", "-", "absent/page.html", "fifo.html", "folder.html", "/dev/null"])
def test_what_is_no_place_for_a_file_is_a_wrong_call(two_stores, omen, tmp_path, name):
    two_stores.generate(NJ, DAY)
    os.mkfifo(tmp_path / "fifo.html")
    (tmp_path / "folder.html").mkdir()
    before = sorted(tmp_path.iterdir())

    run = omen("show", "--store", NJ, "--html", name)

    assert (run.code, run.out) == (2, "")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["stores.yaml", "data", "week", "week.html.bak", "week.pdf", ".html"])
def test_only_what_is_named_like_a_page_becomes_one(two_stores, omen, tmp_path, name):
    two_stores.generate(NJ, DAY)
    before = whole_tree(tmp_path)

    run = omen("show", "--store", NJ, "--html", name)

    assert (run.code, run.out) == (2, "")
    assert f"--html: {name}: does not end in .html or .htm" in run.err
    assert "name a file that does" in run.err
    assert whole_tree(tmp_path) == before


@pytest.mark.parametrize("name", ["page.htm", "PAGE.HTML"])
def test_a_page_may_end_as_pages_do(two_stores, omen, tmp_path, name):
    two_stores.generate(NJ, DAY)
    assert omen("show", "--store", NJ, "--html", name).code == 0
    assert (tmp_path / name).is_file()


def test_a_page_that_cannot_be_written_is_a_failed_output(two_stores, omen):
    two_stores.generate(NJ, DAY)
    run = omen("show", "--store", NJ, "--html", "n" * 256 + ".html", "--json")
    assert (run.code, run.json["error"]["code"]) == (1, "output_failed")


def test_a_page_is_of_no_single_number(two_stores, omen, tmp_path):
    two_stores.generate(NJ, DAY)
    run = omen(*HTML, "--explain", "netSales")
    assert (run.code, run.out) == (2, "")
    assert "leave --explain out" in run.err
    assert not (tmp_path / "page.html").exists()


def test_a_name_that_is_no_text_is_written_and_said_harmlessly(two_stores, omen, tmp_path):
    two_stores.generate(NJ, DAY)
    name = os.fsdecode(b"p\xff\x1b[31m.html")

    run, as_json = omen("show", "--store", NJ, "--html", name), omen("show", "--store", NJ, "--html", name, "--json")

    assert (run.code, as_json.code) == (0, 0)
    assert (tmp_path / name).is_file()
    assert run.out.endswith("written to p\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31m.html\n")
    assert as_json.data["path"] == "p\N{REPLACEMENT CHARACTER}\x1b[31m.html"


def test_what_an_export_names_is_text(two_stores, omen, tmp_path):
    name = "</script><script>alert(1)</script>\u202e"
    hostile = csv_line(name, name, name, name, "3", "5.00", "9.00", "true", "2025-06-01")
    write_inventory(two_stores, [*many_items(), hostile])
    two_stores.generate(NJ, DAY)
    omen(*HTML)

    root = parsed((tmp_path / "page.html").read_text("utf-8"))
    assert len(root.all("script")) == 1
    assert any(one.text == name.replace("\u202e", "\N{REPLACEMENT CHARACTER}") for one in root.all("th"))


def test_only_a_page_needs_what_draws_one(two_stores):
    two_stores.generate(NJ, DAY)
    folder, needs = two_stores.config.parent, {"vl_convert", "jinja2"}

    assert loaded_by(folder, "show", "--store", NJ) & needs == set()
    assert loaded_by(folder, "show", "--store", NJ, "--json") & needs == set()
    assert loaded_by(folder, *HTML) & needs == needs
