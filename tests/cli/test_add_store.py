"""`omen migrate --add-store` writes the stores that are missing into stores.yaml, and changes no other byte of it."""

import pytest

from omen_cli.config.load import load_settings
from tests.cli.old_installation import Old
from tests.old_sample import entry, text

LOST = entry("2026-01-09", 1, store="Elsewhere")
PLAIN = """\
# ours
version: 1
data: data
defaults: {timezone: America/New_York, currency: USD}
disk: {warn_free_gb: 0, min_free_gb: 0}
stores:   # by hand
    NJWeedWizard:
        name:   "NJ Weed  Wizard"
        recipients: [owner@njweedwizard.example,
                     other@njweedwizard.example]   # both
        sources:
            inventory: {path: exports/NJWeedWizard/inventory.csv}   # kept

    # the last one
    CaliCannabis:
        name: >-
            Cali
            Cannabis
        sources: {inventory: {path: exports/CaliCannabis/inventory.csv}}
        recipients:
        - owner@calicannabis.example   # so

# what follows
access: {strict_send: false}
"""
STORES_LAST = PLAIN.replace("\n# what follows\naccess: {strict_send: false}\n", "\n")
FLOW = """\
version: 1
data: data
defaults: {timezone: UTC, currency: USD}
disk: {warn_free_gb: 0, min_free_gb: 0}
stores: {NJWeedWizard: {name: NJ, recipients: [], sources: {inventory: {path: a.csv}}},
  CaliCannabis: {name: Cali, recipients: [], sources: {inventory: {path: b.csv}}},  # the last
  }
"""


def added(two_stores, omen, raw):
    """Migrate what is of a store that the file lacks; return the file's bytes after, and its settings before and after."""
    two_stores.config.write_bytes(raw)
    before = load_settings(two_stores.config, {})
    old = Old(two_stores, omen).lay({"index.json": text([LOST])})
    run = old.migrate("--add-store")
    assert run.code == 0, run.out + run.err
    assert old.document(LOST, "Elsewhere")["storeId"] == "Elsewhere"
    after = load_settings(two_stores.config, {})
    kept = {name: store for name, store in after.stores.items() if name != "Elsewhere"}
    assert (kept, set(after.stores) - set(kept)) == (dict(before.stores), {"Elsewhere"})
    return two_stores.config.read_bytes()


def is_only_longer(before, after):
    """Tell whether one run of bytes was put in, and nothing else changed."""
    common = next((at for at in range(len(before)) if before[at] != after[at : at + 1][0]), len(before))
    while common and after[len(after) - (len(before) - common) :] != before[common:]:
        common -= 1
    return after[:common] + after[len(after) - (len(before) - common) :] == before


SHAPES = {
    "as people write it": PLAIN.encode(),
    "stores last": STORES_LAST.encode(),
    "with an end mark": f"{STORES_LAST}...\n".encode(),
    "with a begin mark": f"---\n{PLAIN}".encode(),
    "with a byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "with the line ends of Windows": PLAIN.replace("\n", "\r\n").encode(),
    "with blank lines at the end": f"{STORES_LAST}\n\n".encode(),
    "in brackets": FLOW.encode(),
    "with letters of other scripts": PLAIN.replace("# ours", "# nös – 日本").encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_store_is_added_and_no_other_byte_is_changed(two_stores, omen, shape):
    before = SHAPES[shape]

    after = added(two_stores, omen, before)

    assert is_only_longer(before, after), after.decode("utf-8", "replace")
    assert b"Elsewhere:" in after
    assert len(after) < len(before) + 400


def test_a_file_without_a_last_line_end_gets_one_and_nothing_else(two_stores, omen):
    before = STORES_LAST.rstrip("\n").encode()
    after = added(two_stores, omen, before)
    assert after.startswith(before + b"\n    Elsewhere:")


def test_a_new_store_has_the_line_ends_and_the_indentation_of_the_others(two_stores, omen):
    after = added(two_stores, omen, PLAIN.replace("\n", "\r\n").encode())
    assert b"\r\n    Elsewhere:  # written by omen migrate" in after
    assert b'\r\n        name: "Elsewhere"\r\n' in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_symlink_to_the_configuration_stays_one(two_stores, omen):
    elsewhere = two_stores.config.parent / "shared"
    elsewhere.mkdir()
    two_stores.config.write_text(PLAIN)
    two_stores.config.rename(elsewhere / "stores.yaml")
    two_stores.config.symlink_to(elsewhere / "stores.yaml")

    run = Old(two_stores, omen).lay({"index.json": text([LOST])}).migrate("--add-store")

    assert run.code == 0, run.out + run.err
    assert two_stores.config.is_symlink()
    assert "Elsewhere:" in (elsewhere / "stores.yaml").read_text()
    assert [path.name for path in elsewhere.iterdir()] == ["stores.yaml"]
