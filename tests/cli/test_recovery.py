"""What an operator can do when part of an archive, or of an export, is gone or not what it was."""

import json
import shutil

import pytest

NJ, CALI = "NJWeedWizard", "CaliCannabis"


@pytest.fixture
def made(two_stores):
    two_stores.generate(NJ, "2026-01-11")
    return two_stores


def snapshot_file(stores):
    (file,) = stores.archive(NJ).glob("snapshot_*.json")
    return file


@pytest.mark.parametrize("folder", ["index", "audit", "locks", "quarantine", "deliveries"])
def test_a_lost_folder_is_made_anew_by_the_next_command(made, omen, folder):
    first = snapshot_file(made).stem
    shutil.rmtree(made.archive(NJ) / folder)
    again = omen("generate", "--store", NJ, "--as-of", "2026-01-11", "--json")
    assert (again.code, again.data["results"][0]["snapshotId"]) == (0, first)
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-18").code == 0
    assert len(omen("history", "--store", NJ, "--json").data) == 2


@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_a_lost_snapshot_is_never_called_a_duplicate_and_force_makes_the_next_version(made, omen, damage):
    file = snapshot_file(made)
    file.unlink() if damage == "lost" else file.write_bytes(file.read_bytes()[:500])
    plain = omen("generate", "--store", NJ, "--as-of", "2026-01-11")
    forced = omen(
        "generate", "--store", NJ, "--as-of", "2026-01-11", "--force", "--reason", "the file was lost", "--json"
    )
    assert plain.code == 7
    assert "--force --reason" in plain.err
    assert (forced.code, forced.data["results"][0]["version"]) == (0, 2)
    assert omen("show", "--store", NJ, "--as-of", "2026-01-11").code == 0


def test_a_refresh_never_vouches_for_a_damaged_snapshot(made, omen):
    file = snapshot_file(made)
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b"NJ Weed Wizard", b"NJ Weed Wizerd"))
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-11", "--if-exists", "refresh")
    assert (run.code, "unchanged" in run.out) == (7, False)


def test_another_stores_snapshot_in_pending_is_quarantined_not_dropped(made, omen):
    theirs = made.generate(CALI, "2026-01-11").data["results"][0]["snapshotId"]
    source = made.archive(CALI) / f"{theirs}.json"
    shutil.copy(source, made.archive(NJ) / ".pending")
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-18").code == 0
    kept = made.archive(NJ) / "quarantine" / "pending.json"
    assert kept.read_bytes() == source.read_bytes()
    assert "belongs to the store" in json.loads(kept.with_name("pending.json.reason.json").read_text("utf-8"))["reason"]
    assert not (made.archive(NJ) / ".pending").exists()
    assert theirs not in omen("history", "--store", NJ, "--all-versions").out


def test_readers_beside_an_old_archive_name_migrate(two_stores, omen):
    (two_stores.data / "snapshots").mkdir(parents=True, mode=0o700)
    (two_stores.data / "snapshots" / "index.json").write_text("[]")
    listed = omen("history", "--store", NJ)
    refused = omen("generate", "--store", NJ, "--as-of", "2026-01-11")
    assert (listed.code, "omen migrate" in listed.err) == (0, True)
    assert (refused.code, "omen migrate" in refused.err) == (7, True)


def test_a_damaged_shard_is_said_in_plain_words(made, omen):
    (made.archive(NJ) / "index" / "2026-01.json").write_text("{}")
    run = omen("history", "--store", NJ)
    assert run.code == 0
    assert snapshot_file(made).stem in run.out
    assert "pydantic" not in run.err


def test_lines_that_repeat_a_line_id_are_counted_in_a_note(two_stores, omen):
    orders = two_stores.config.parent / "exports" / NJ / "orders-2026-01.csv"
    first = orders.read_text("utf-8").splitlines()[5]
    orders.write_text(orders.read_text("utf-8") + first + "\n" + first.replace(",3,35.00", ",4,35.00") + "\n", "utf-8")
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-11")
    assert "2 order lines repeat an order_id and line_id and count once" in run.out
    assert "with other values" in run.out


def test_a_path_that_no_file_system_could_hold_is_a_missing_file(two_stores, omen):
    config = two_stores.config
    config.write_text(
        config.read_text("utf-8").replace("exports/NJWeedWizard/inventory.csv", "x" * 300 + ".csv"), "utf-8"
    )
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-11")
    assert (run.code, "no file at" in run.err) == (4, True)


def test_a_week_without_orders_asks_for_the_export(two_stores, omen):
    run = omen("generate", "--store", NJ, "--as-of", "2026-02-15", now="2026-03-01T12:00:00+00:00")
    assert "Is the export up to date? No orders in the period: the newest one is of 2026-01-18." in run.out


@pytest.mark.parametrize(
    ("currency", "price", "is_read"), [("USD", "$5", True), ("USD", "€5", False), ("EUR", "€5", True)]
)
def test_a_price_in_another_currency_is_set_aside_not_taken_for_ours(two_stores, omen, currency, price, is_read):
    inventory = two_stores.config.parent / "exports" / NJ / "inventory.csv"
    inventory.write_text(inventory.read_text("utf-8").replace(",35.00,", f",{price},"), "utf-8")
    two_stores.config.write_text(two_stores.config.read_text("utf-8").replace("USD", currency), "utf-8")
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-11", "--dry-run", "--json")
    content = run.data["results"][0]["content"]
    assert ("BD-8" in {item["sku"] for item in content["items"]}) is is_read


def test_a_count_with_a_currency_sign_is_no_count(two_stores, omen):
    inventory = two_stores.config.parent / "exports" / NJ / "inventory.csv"
    inventory.write_text(inventory.read_text("utf-8").replace("Flower,40,", "Flower,$40,"), "utf-8")
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-11")
    assert "the quantity on hand is not a number (inventory.csv line 2: '$40')" in run.out
