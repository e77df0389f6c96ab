"""A snapshot made again from its recorded inputs: the same bytes, or what is not the same and why."""

import gzip
import os
import shutil
from decimal import Decimal
from io import StringIO

import pytest

from omen_cli.archive.documents import encode
from omen_cli.archive.entries import entry_of
from omen_cli.archive.index import write_shard
from omen_cli.archive.layout import Layout
from omen_cli.cli.output import write_blocks
from omen_cli.cli.recomputed import blocks, headline, plain, raise_unless_same
from omen_cli.config.load import load_settings
from omen_cli.errors import CheckFailed, OmenError, SourceInvalid
from omen_cli.model.canonical import dump_canonical
from omen_cli.model.version import VERSION
from omen_cli.workflows.recompute import recompute
from omen_cli.workflows.request import Caller
from tests.cli.stores import CALI, DAY, NJ, configure, export, whole_tree
from tests.conftest import TwoStores

NJ_INVENTORY = "inventory: {path: exports/NJWeedWizard/inventory.csv}"
NJ_ORDERS = 'orders: {path: "exports/NJWeedWizard/orders-*.csv"}'
MORE_ORDERS = "order_id,line_id,ordered_at,sku,quantity,unit_price\n2001,1,2026-01-08T12:00:00-05:00,BD-8,9,35.00\n"
OMEN_JSON = """\
{"store": "NJWeedWizard", "updated_at": "2026-01-04T10:00:00",
 "inventory": [{"sku": "BD-8", "quantity": 40, "price": 35.0}, {"sku": "GG-4", "quantity": 12, "price": 60.0}]}
"""
WIX = """\
handleId,fieldType,name,collection,sku,ribbon,price,visible,inventory,cost
p1,Product,Blue Dream,Flower,BD-8,,35.0,true,40,15.0
p2,Product,Gorilla Glue,Flower,GG-4,,60.0,true,IN_STOCK,
"""


def again(two_stores, snapshot_id, store=NJ, threads=2):
    settings = load_settings(two_stores.config, {})
    caller = Caller("tester", two_stores.omen.clock.now, "request-again")
    return recompute(settings, settings.store(store), snapshot_id, caller, threads)


def refusal_of(result):
    with pytest.raises(CheckFailed) as caught:
        raise_unless_same(result)
    assert caught.value.exit_status == 1
    assert caught.value.hint
    return f"{caught.value.message}\n{caught.value.hint}"


def text_of(result, *, is_tty=False, width=100):
    out = StringIO()
    write_blocks(out, blocks(result), is_tty=is_tty, width=width)
    return out.getvalue()


def verdicts(result):
    return [(one.name, one.verdict) for one in result.inputs]


def assert_same(result):
    assert (result.outcome, result.differs, result.problem) == ("same", (), None), refusal_of(result)
    assert result.recomputed_content_sha256 == result.recorded_content_sha256
    assert {one.verdict for one in result.inputs} == {"same"}
    raise_unless_same(result)


def renumbered(path):
    """Change one byte of a file and keep its size and its time."""
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"35.00", b"36.00", 1))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size


# --- the same --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 8])
@pytest.mark.parametrize("store", [NJ, CALI])
def test_the_samples_come_out_the_same_to_the_byte(tmp_path, repo, omen, store, threads):
    shutil.copy(repo / "stores.yaml", tmp_path)
    shutil.copytree(repo / "data" / "exports", tmp_path / "data" / "exports")
    stores = TwoStores(tmp_path / "stores.yaml", omen)
    made = [stores.generate(store, "2026-01-11", frame) for frame in ("weekly", "daily", "monthly")]

    for one in made:
        assert_same(again(stores, one.id, store, threads))


@pytest.mark.parametrize(
    ("name", "text", "source"), [("i.csv", WIX, "wix"), ("i.json", OMEN_JSON, "omen-json")], ids=["wix", "omen-json"]
)
def test_every_format_comes_out_the_same(two_stores, name, text, source):
    export(two_stores, NJ, name).write_text(text, "utf-8")
    configure(two_stores, NJ_INVENTORY, f"inventory: {{path: exports/{NJ}/{name}, format: {source}}}")

    assert_same(again(two_stores, two_stores.generate(NJ, DAY).id))


def test_compressed_files_are_compared_as_they_lie_there(two_stores):
    for name in ("inventory.csv", "orders-2026-01.csv"):
        path = export(two_stores, NJ, name)
        (path.parent / f"{name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()
    configure(two_stores, "NJWeedWizard/inventory.csv", "NJWeedWizard/inventory.csv.gz")
    configure(two_stores, "NJWeedWizard/orders-*.csv", "NJWeedWizard/orders-*.csv.gz")
    made = two_stores.generate(NJ, DAY)
    assert_same(again(two_stores, made.id))

    path = export(two_stores, NJ, "inventory.csv.gz")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), compresslevel=1, mtime=1))

    result = again(two_stores, made.id)
    assert (result.outcome, verdicts(result)[0]) == ("input_changed", ("inventory.csv.gz", "changed"))


def test_rows_set_aside_and_a_hold_come_out_the_same(two_stores):
    path = export(two_stores)
    path.write_text(path.read_text("utf-8") + "BAD,Bad,each,Flower,many,1.00,2.00,true,2025-06-01\nX,1\n", "utf-8")
    made = two_stores.generate(NJ, DAY)

    result = again(two_stores, made.id)

    assert result.snapshot.hold.held
    assert result.snapshot.rejected
    assert_same(result)


def test_a_superseded_version_is_made_again_as_it_was(two_stores):
    first = two_stores.generate(NJ, DAY)
    second = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "again")

    results = [again(two_stores, run.id) for run in (first, second)]

    for result, version in zip(results, (1, 2), strict=True):
        assert_same(result)
        assert result.snapshot.version == version
    assert f"superseded by {second.id}" in text_of(results[0])
    assert "superseded" not in text_of(results[1])


def test_a_provisional_one_is_made_again_as_it_was(two_stores, omen):
    omen.clock.now = omen.clock.now.replace(day=9)
    made = two_stores.generate(NJ, DAY)
    omen.clock.advance(days=400)

    result = again(two_stores, made.id)

    assert result.snapshot.provisional
    assert_same(result)


def test_it_writes_nothing(two_stores):
    made = two_stores.generate(NJ, DAY)
    before = whole_tree(two_stores.data)

    again(two_stores, made.id)

    assert whole_tree(two_stores.data) == before


# --- inputs ----------------------------------------------------------------------------------------------------------


def test_one_changed_byte_is_named_with_both_hashes_and_nothing_is_computed(two_stores):
    made = two_stores.generate(NJ, DAY)
    path = export(two_stores, NJ, "orders-2026-01.csv")
    renumbered(path)

    result = again(two_stores, made.id)

    orders = result.inputs[1]
    assert (result.outcome, verdicts(result)) == (
        "input_changed",
        [("inventory.csv", "same"), ("orders-2026-01.csv", "changed")],
    )
    assert orders.recorded_sha256 != orders.found_sha256
    assert (orders.recorded_bytes, orders.found_bytes) == (path.stat().st_size,) * 2
    assert result.recomputed_content_sha256 is None
    said = f"input changed: orders-2026-01.csv (orders; was {path.stat().st_size:,} bytes, sha256 "
    assert said + f"{orders.recorded_sha256[:12]}; now " in refusal_of(result)
    assert said in text_of(result)


@pytest.mark.parametrize("content", [b"", b"\x00binary", b"sku\n"])
def test_a_file_that_is_no_export_any_more_has_changed(two_stores, content):
    made = two_stores.generate(NJ, DAY)
    export(two_stores).write_bytes(content)

    result = again(two_stores, made.id)

    assert result.outcome == "input_changed"
    assert result.inputs[0].found_bytes == len(content)


@pytest.mark.parametrize("what", ["file", "folder", "source", "link", "fifo"])
def test_what_is_not_there_is_missing(two_stores, what):
    made = two_stores.generate(NJ, DAY)
    path = export(two_stores, NJ, "orders-2026-01.csv")
    if what == "source":
        configure(two_stores, f"\n      {NJ_ORDERS}", "")
    else:
        path.unlink()
    if what == "folder":
        path.mkdir()
    if what == "link":
        path.symlink_to("nowhere.csv")
    if what == "fifo":
        os.mkfifo(path)

    result = again(two_stores, made.id)

    assert (result.outcome, verdicts(result)[1]) == ("input_missing", ("orders-2026-01.csv", "missing"))
    assert (result.inputs[1].found_bytes, result.inputs[1].found_sha256) == (None, None)
    assert "input missing: orders-2026-01.csv (orders; was " in refusal_of(result)


def test_changed_and_missing_inputs_are_all_named(two_stores):
    made = two_stores.generate(NJ, DAY)
    renumbered(export(two_stores))
    export(two_stores, NJ, "orders-2026-01.csv").unlink()

    result = again(two_stores, made.id)

    assert result.outcome == "input_changed"
    assert headline(result).startswith("input changed: inventory.csv (")
    assert "; input missing: orders-2026-01.csv (" in headline(result)


def test_a_file_that_cannot_be_read_is_refused(two_stores):
    made = two_stores.generate(NJ, DAY)
    export(two_stores).unlink()
    export(two_stores).symlink_to("/proc/self/mem")  # a regular file whose first byte nobody may read, not even root

    with pytest.raises(SourceInvalid, match=r"inventory\.csv: cannot be read"):
        again(two_stores, made.id)


@pytest.mark.parametrize("name", ["orders-2025-12.csv", "orders-2026-02.csv"])
def test_a_file_that_came_since_is_left_out_and_said(two_stores, name):
    made = two_stores.generate(NJ, DAY)
    export(two_stores, NJ, name).write_text(MORE_ORDERS, "utf-8")

    result = again(two_stores, made.id)

    assert_same(result)
    assert result.extra == (name,)
    assert f"left out, since they did not enter: {name}" in text_of(result)
    fresh = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "more")
    assert again(two_stores, fresh.id).recorded_content_sha256 != result.recorded_content_sha256


def test_a_file_that_omen_cannot_read_does_not_hinder_when_it_came_since(two_stores):
    made = two_stores.generate(NJ, DAY)
    configure(two_stores, "orders-*.csv", "orders-*")
    export(two_stores, NJ, "orders-readme.txt").write_text("hello", "utf-8")

    result = again(two_stores, made.id)

    assert_same(result)
    assert result.extra == ("orders-readme.txt",)


def test_a_source_that_came_since_is_left_out_and_said(two_stores):
    made = two_stores.generate(NJ, DAY)
    export(two_stores, NJ, "costs.csv").write_text("sku,unit_cost\nBD-8,1.00\n", "utf-8")
    configure(two_stores, NJ_ORDERS, f"{NJ_ORDERS}\n      costs: {{path: exports/{NJ}/costs.csv}}")

    result = again(two_stores, made.id)

    assert_same(result)
    assert result.extra == ("costs.csv",)


def test_files_that_were_moved_are_found_where_the_source_points_now(two_stores):
    made = two_stores.generate(NJ, DAY)
    kept = two_stores.config.parent / "kept" / "2026"
    kept.parent.mkdir()
    export(two_stores).parent.rename(kept)
    configure(two_stores, NJ_INVENTORY, 'inventory: {path: "kept/*/inventory.csv"}')
    configure(two_stores, NJ_ORDERS, 'orders: {path: "kept/*/orders-*.csv"}')

    assert_same(again(two_stores, made.id))


# --- one name in several folders, {date} -----------------------------------------------------------------------------


@pytest.fixture
def two_folders(two_stores):
    """Orders named orders.csv in two folders, a with the first half."""
    path = export(two_stores, NJ, "orders-2026-01.csv")
    header, *rows = path.read_text("utf-8").splitlines(keepends=True)
    for folder, part in (("a", rows[:6]), ("b", rows[6:])):
        export(two_stores, NJ, folder).mkdir()
        export(two_stores, NJ, f"{folder}/orders.csv").write_text(header + "".join(part), "utf-8")
    configure(two_stores, "orders-*.csv", "*/orders.csv")
    return two_stores


def test_files_of_one_name_are_told_apart_by_their_bytes(two_folders):
    made = two_folders.generate(NJ, DAY)
    assert_same(again(two_folders, made.id))

    first, second = (export(two_folders, NJ, folder) for folder in "ab")
    second.rename(second.with_name("0"))  # now it comes first

    assert_same(again(two_folders, made.id))
    renumbered(first / "orders.csv")
    result = again(two_folders, made.id)
    assert [one.verdict for one in result.inputs] == ["same", "changed", "same"]
    assert result.inputs[1].path == first / "orders.csv"


def test_files_of_one_name_and_one_size_are_told_apart_too(two_folders):
    first, second = (export(two_folders, NJ, folder) for folder in "ab")
    shutil.copy(first / "orders.csv", second / "orders.csv")
    renumbered(second / "orders.csv")
    made = two_folders.generate(NJ, DAY)

    second.rename(second.with_name("0"))

    assert_same(again(two_folders, made.id))


def test_of_two_files_of_one_name_the_lost_one_is_missing(two_folders):
    made = two_folders.generate(NJ, DAY)
    export(two_folders, NJ, "a/orders.csv").unlink()

    result = again(two_folders, made.id)

    assert [one.verdict for one in result.inputs] == ["same", "missing", "same"]


def test_of_two_copies_each_stands_for_one_input(two_folders):
    shutil.copy(export(two_folders, NJ, "a/orders.csv"), export(two_folders, NJ, "b/orders.csv"))
    made = two_folders.generate(NJ, DAY)
    assert_same(again(two_folders, made.id))

    shutil.rmtree(export(two_folders, NJ, "b"))

    assert [one.verdict for one in again(two_folders, made.id).inputs] == ["same", "same", "missing"]


@pytest.fixture(params=["inventory-{date}.csv", "{date}/inventory.csv"])
def dated(request, two_stores):
    """An inventory of 2026-01-07, and how to write that of another day."""
    configure(two_stores, NJ_INVENTORY, f'inventory: {{path: "exports/{NJ}/{request.param}"}}')
    text = export(two_stores).read_text("utf-8")

    def write(day, more=""):
        path = export(two_stores, NJ, request.param.replace("{date}", day))
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + more, "utf-8")
        return path

    return write


def test_the_recorded_day_is_taken_though_a_nearer_one_came(two_stores, dated):
    dated("2026-01-07")
    made = two_stores.generate(NJ, DAY)
    nearer = dated("2026-01-08", "NEW,New,each,Flower,9,1.00,2.00,true,2025-06-01\n")
    dated("2026-01-12")

    result = again(two_stores, made.id)

    assert_same(result)
    assert result.extra == (nearer.name,)


def test_another_day_is_not_a_change_of_the_recorded_one(two_stores, dated):
    path = dated("2026-01-07")
    made = two_stores.generate(NJ, DAY)
    dated("2026-01-08", "NEW,New,each,Flower,9,1.00,2.00,true,2025-06-01\n")
    renumbered(path)
    changed = again(two_stores, made.id)
    path.unlink()

    missing = again(two_stores, made.id)

    assert (changed.outcome, changed.inputs[0].path) == ("input_changed", path)
    assert (missing.outcome, missing.inputs[0].verdict) == ("input_missing", "missing")


# --- settings --------------------------------------------------------------------------------------------------------


def test_the_recorded_settings_are_used_and_those_of_today_said(two_stores):
    made = two_stores.generate(NJ, DAY)
    configure(
        two_stores,
        "    name: NJ Weed Wizard\n",
        "    name: Other\n    timezone: Asia/Tokyo\n    currency: GBP\n    locale: de_DE\n"
        "    thresholds: {low_stock_max: 12, reorder_days: 9}\n",
    )

    result = again(two_stores, made.id)

    assert_same(result)
    assert [(one.name, str(one.before), str(one.now)) for one in result.settings_changed] == [
        ("timezone", "America/New_York", "Asia/Tokyo"),
        ("currency", "USD", "GBP"),
        ("thresholds.lowStockMax", "5", "12"),
        ("thresholds.reorderDays", "7", "9"),
    ]
    assert "timezone America/New_York, now Asia/Tokyo" in text_of(result)
    assert "thresholds.lowStockMax 5, now 12" in text_of(result)


def test_amounts_are_read_in_the_recorded_currency(two_stores):
    path = export(two_stores)
    path.write_text(path.read_text("utf-8").replace(",35.00,", ",$35.00,"), "utf-8")
    made = two_stores.generate(NJ, DAY)
    configure(two_stores, "currency: USD", "currency: GBP")  # a store of which $35.00 is set aside

    assert_same(again(two_stores, made.id))


def test_settings_other_than_the_default_are_recorded_so_that_they_come_back(two_stores):
    name = "    name: NJ Weed Wizard\n"
    own = f"{name}    timezone: Asia/Tokyo\n    thresholds: {{low_stock_max: 12.5, reorder_days: 9}}\n"
    configure(two_stores, name, own)
    made = two_stores.generate(NJ, DAY)
    assert again(two_stores, made.id).settings_changed == ()
    configure(two_stores, own, name)

    result = again(two_stores, made.id)

    assert_same(result)
    assert len(result.settings_changed) == 3


def test_another_column_mapping_is_different_and_names_what_may_have_changed(two_stores):
    path = export(two_stores)
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"{header},cost two", *(f"{row},3.00" for row in rows)]), "utf-8")
    made = two_stores.generate(NJ, DAY)
    assert_same(again(two_stores, made.id))
    configure(two_stores, NJ_INVENTORY, NJ_INVENTORY.replace("}", ", columns: {unit_cost: cost two}}"))

    result = again(two_stores, made.id)

    assert (result.outcome, result.differs) == ("different", ("contentSha256", "content"))
    assert result.recomputed_content_sha256 not in (None, result.recorded_content_sha256)
    assert {one.verdict for one in result.inputs} == {"same"}
    refusal = refusal_of(result)
    assert "content" in refusal
    assert "`columns`" in refusal
    assert f"omen {VERSION}, then and now" in refusal


def test_a_mapping_that_fits_no_more_is_different_and_says_what_is_wrong(two_stores):
    made = two_stores.generate(NJ, DAY)
    configure(two_stores, NJ_INVENTORY, NJ_INVENTORY.replace("}", ", columns: {unit_cost: Landed}}"))

    result = again(two_stores, made.id)

    assert (result.outcome, result.recomputed_content_sha256) == ("different", None)
    assert "Landed" in (result.problem or "")
    assert "Landed" in refusal_of(result)
    assert "Landed" in text_of(result)


# --- the snapshot ----------------------------------------------------------------------------------------------------


def planted(two_stores, **changes):
    """Replace the one snapshot by another that proves itself, in the index too."""
    made = two_stores.generate(NJ, DAY)
    snapshot = again(two_stores, made.id).snapshot.model_copy(update=changes)
    raw = encode(snapshot)
    (two_stores.archive(NJ) / f"{made.id}.json").write_bytes(raw)
    write_shard(Layout(two_stores.data, NJ), "2026-01", [entry_of(snapshot, raw)])
    return made.id


def test_the_archives_damage_is_said_and_hinders_nothing(two_stores):
    made = two_stores.generate(NJ, DAY)
    (two_stores.archive(NJ) / "index" / "2026-01.json").unlink()

    result = again(two_stores, made.id)

    assert_same(result)
    assert "rebuilt in memory" in result.warnings[0]


def test_other_bytes_of_the_same_content_are_told_from_another_content(two_stores):
    snapshot_id = planted(two_stores, notes=("somebody was here",), omen_version="0.0.9")

    result = again(two_stores, snapshot_id)

    assert (result.outcome, result.differs) == ("same_content", ("notes",))
    assert result.recomputed_content_sha256 == result.recorded_content_sha256
    assert f"made by omen 0.0.9, this is omen {VERSION}" in refusal_of(result)


def no_inventory(snapshot):
    return {"inputs": ()}


def unknown_threshold(snapshot):
    return {"settings": snapshot.settings.model_copy(update={"thresholds": {"luckMin": Decimal(1)}})}


def impossible_threshold(snapshot):
    thresholds = snapshot.settings.thresholds | {"reorderDays": Decimal("-7")}
    return {"settings": snapshot.settings.model_copy(update={"thresholds": thresholds})}


def unknown_zone(snapshot):
    return {"settings": snapshot.settings.model_copy(update={"timezone": "../../etc/passwd"})}


@pytest.mark.parametrize(
    "change", [no_inventory, unknown_threshold, impossible_threshold, unknown_zone], ids=lambda one: one.__name__
)
def test_what_cannot_be_made_again_is_refused_without_a_trace(two_stores, change):
    made = two_stores.generate(NJ, DAY)
    snapshot_id = planted(two_stores, **change(again(two_stores, made.id).snapshot))

    with pytest.raises(CheckFailed, match="cannot be made again") as caught:
        again(two_stores, snapshot_id)
    assert caught.value.hint


def test_a_damaged_snapshot_is_damage(two_stores):
    made = two_stores.generate(NJ, DAY)
    path = two_stores.archive(NJ) / f"{made.id}.json"
    path.write_bytes(path.read_bytes().replace(b"Blue Dream", b"Blue Cream", 1))

    with pytest.raises(OmenError) as caught:
        again(two_stores, made.id)
    assert caught.value.exit_status == 7


@pytest.mark.parametrize("kind", ["theirs", "nobody's", "no id"])
def test_an_id_is_looked_up_as_show_does(two_stores, omen, kind):
    two_stores.generate(NJ, DAY)
    theirs = two_stores.generate(CALI, DAY).id
    asked = {"theirs": theirs, "nobody's": f"snapshot_weekly_{DAY}_1_a098d716", "no id": "latest"}[kind]
    shown = omen("show", "--store", NJ, "--snapshot", asked, "--json")
    audited = {store: len(two_stores.audit(store)) for store in (NJ, CALI)}

    with pytest.raises(OmenError) as caught:
        again(two_stores, asked)

    error = caught.value
    assert error.exit_status == shown.code == {"theirs": 10, "nobody's": 5, "no id": 2}[kind]
    assert (error.message, error.hint) == (shown.json["error"]["message"], shown.json["error"]["hint"])
    for store in (NJ, CALI):
        events = two_stores.audit(store)[audited[store] :]
        assert [one["event"] for one in events] == (["access.denied"] if kind == "theirs" else [])


# --- the answer ------------------------------------------------------------------------------------------------------


def test_the_answer_in_json_has_every_input_whole(two_stores):
    made = two_stores.generate(NJ, DAY)
    export(two_stores, NJ, "orders-2026-01.csv").unlink()

    answer = plain(again(two_stores, made.id))

    assert answer["outcome"] == "input_missing"
    assert (answer["snapshotId"], answer["version"], answer["omenVersion"]) == (made.id, 1, VERSION)
    assert [sorted(one) for one in answer["inputs"]] == [
        ["foundBytes", "foundSha256", "name", "recordedBytes", "recordedSha256", "role", "verdict"]
    ] * 2
    assert len(answer["inputs"][1]["recordedSha256"]) == 64
    dump_canonical(answer)


def test_the_refusal_carries_the_whole_answer(two_stores):
    made = two_stores.generate(NJ, DAY)
    renumbered(export(two_stores))
    result = again(two_stores, made.id)

    with pytest.raises(CheckFailed) as caught:
        raise_unless_same(result)
    assert caught.value.details["recomputed"] == plain(result)


def test_the_table_is_whole_in_a_pipe_and_fits_a_terminal(two_stores):
    made = two_stores.generate(NJ, DAY)
    export(two_stores, NJ, "orders-2026-02.csv").write_text(MORE_ORDERS, "utf-8")
    renumbered(export(two_stores))
    result = again(two_stores, made.id)

    rows = [line.split("\t") for line in text_of(result).splitlines() if "\t" in line]
    assert [row[:3] for row in rows[1:]] == [
        ["changed", "inventory", "inventory.csv"],
        ["same", "orders", "orders-2026-01.csv"],
    ]
    assert {len(row) for row in rows} == {7}
    for width in (40, 80, 100):
        assert "inventory.csv" in text_of(result, is_tty=True, width=width)


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_answers_0_and_the_verdict(two_stores, omen):
    made = two_stores.generate(NJ, DAY)

    run = omen("verify", "--store", NJ, "--recompute", made.id, "--json")
    piped = omen("verify", "--store", NJ, "--recompute", made.id, env={"OMEN_THREADS": "1"})
    quiet = omen("verify", "--store", NJ, "--recompute", made.id, "-q")

    assert (run.code, run.data["outcome"]) == (0, "same")
    assert run.data["recomputedContentSha256"] == run.data["recordedContentSha256"]
    assert (piped.code, piped.err) == (0, "")
    assert piped.out.startswith("same bytes: made again from its 2 recorded inputs")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_the_command_answers_1_and_which_input_changed(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    renumbered(export(two_stores))

    run = omen("verify", "--store", NJ, "--recompute", made.id, "--json")
    piped = omen("verify", "--store", NJ, "--recompute", made.id)

    assert (run.code, piped.code) == (1, 1)
    assert run.json["error"]["recomputed"]["inputs"][0]["verdict"] == "changed"
    assert piped.out.startswith("input changed: inventory.csv (inventory; was ")
    assert piped.err.startswith(f"omen: {made.id}: input changed: inventory.csv")


def test_the_command_keeps_the_exit_status_of_what_is_wrong(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    theirs = two_stores.generate(CALI, DAY)
    asked = {theirs.id: 10, f"snapshot_weekly_{DAY}_1_a098d716": 5, "latest": 2}
    for snapshot_id, status in asked.items():
        run = omen("verify", "--store", NJ, "--recompute", snapshot_id)
        assert (run.code, run.out) == (status, "")
    for store in (NJ, CALI):
        assert two_stores.audit(store)[-1]["event"] == "access.denied"

    path = two_stores.archive(NJ) / f"{made.id}.json"
    path.write_bytes(path.read_bytes()[:-1])
    run = omen("verify", "--store", NJ, "--recompute", made.id)
    assert (run.code, run.out) == (7, "")
