"""The effective configuration: everything after defaults and environment, nothing secret."""

from decimal import Decimal
from pathlib import Path

import pytest

from omen_cli.config.effective import effective, effective_document
from omen_cli.config.load import load_settings
from omen_cli.config.settings import Settings
from omen_cli.model.canonical import dump_canonical

CANARY = "c4n4ry-s3cret"
TEXT = """\
version: 1
defaults: {timezone: America/New_York}
mail: {url: "${URL:-file:outbox}", from: OMEN <r@example.com>}
alerts: ["${ALERT:-}", "${OTHER:-}"]
stores:
  NJWeedWizard:
    recipients: [a@example.com]
    sources: {inventory: {path: i.csv, columns: {sku: Code}}}
  CaliCannabis: {sources: {inventory: {path: i.csv}}, thresholds: {low_stock_max: 7.50}}
"""


def load(folder: Path, **environ: str) -> Settings:
    path = folder / "stores.yaml"
    path.write_text(TEXT)
    return load_settings(path, environ)


def test_rows_are_dotted_paths_with_their_text_in_the_order_of_the_document(tmp_path):
    rows = effective(load(tmp_path))

    assert rows[:11] == (
        ("path", f"{tmp_path}/stores.yaml"),
        ("version", "1"),
        ("data", f"{tmp_path}/data"),
        ("mail.url", f"file:{tmp_path}/outbox"),
        ("mail.from", "OMEN <r@example.com>"),
        ("mail.allow_plaintext", "false"),
        ("mail.password_file", "null"),
        ("mail.ca_file", "null"),
        ("mail.list_unsubscribe", "null"),
        ("mail.attach_items", "false"),
        ("disk.warn_free_gb", "1"),
    )
    texts = dict(rows)
    assert texts["alerts"] == "[]"
    assert texts["stores.NJWeedWizard.timezone"] == "America/New_York"
    assert texts["stores.NJWeedWizard.recipients[0]"] == "a@example.com"
    assert texts["stores.NJWeedWizard.sources.inventory.columns.sku"] == "Code"
    assert texts["stores.CaliCannabis.recipients"] == "[]"
    assert texts["stores.CaliCannabis.schedule"] == "{}"
    assert texts["stores.CaliCannabis.thresholds.low_stock_max"] == "7.5"
    assert len(texts) == len(rows)


def test_of_a_category_is_shown_what_is_its_own(tmp_path):
    categories = "categories: {Edible: {low_stock_max: 12.0, reorder_days: 7}, Vape: {}}"
    path = tmp_path / "stores.yaml"
    path.write_text(TEXT.replace("low_stock_max: 7.50", f"low_stock_max: 7.50, {categories}"))
    settings = load_settings(path, {})

    shown = effective_document(settings)["stores"]["CaliCannabis"]["thresholds"]["categories"]

    assert shown == {"Edible": {"low_stock_max": Decimal(12)}, "Vape": {}}
    rows = dict(effective(settings))
    assert rows["stores.CaliCannabis.thresholds.categories.Edible.low_stock_max"] == "12"
    assert rows["stores.NJWeedWizard.thresholds.categories"] == "{}"


def test_two_loads_give_the_same_rows(tmp_path):
    assert effective(load(tmp_path)) == effective(load(tmp_path))


def test_the_document_is_nested_like_the_file_and_can_be_written_as_json(tmp_path):
    document = effective_document(load(tmp_path))

    assert list(document["stores"]) == ["NJWeedWizard", "CaliCannabis"]
    assert document["stores"]["CaliCannabis"]["thresholds"]["low_stock_max"] == Decimal("7.5")
    assert document["disk"] == {"warn_free_gb": Decimal(1), "min_free_gb": Decimal("0.5"), "allow_network_fs": False}
    assert b'"min_free_gb":0.5' in dump_canonical(document)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"smtps://user:{CANARY}@mail.example.com:465", "smtps://***@mail.example.com:465"),
        (f"smtps://{CANARY}@mail.example.com", "smtps://***@mail.example.com"),
        (f"smtp://user:a%40{CANARY}@[::1]:25", "smtp://***@[::1]:25"),
        (f"smtps://user:a@{CANARY}@mail.example.com", "smtps://***@mail.example.com"),
        ("smtp+starttls://mail.example.com", "smtp+starttls://mail.example.com"),
    ],
)
def test_user_and_password_of_the_mail_server_are_masked(tmp_path, url, shown):
    assert dict(effective(load(tmp_path, URL=url)))["mail.url"] == shown


def test_of_an_alert_only_the_scheme_is_shown(tmp_path):
    settings = load(tmp_path, ALERT=f"discord://{CANARY}/x", OTHER=f"https://example.com/{CANARY}?k={CANARY}")
    assert effective_document(settings)["alerts"] == ["discord://***", "https://***"]


def test_no_secret_is_in_any_output_nor_in_the_settings_own_text(tmp_path):
    settings = load(tmp_path, URL=f"smtps://{CANARY}:{CANARY}@h", ALERT=f"discord://{CANARY}")
    outputs = (
        effective(settings),
        effective_document(settings),
        repr(settings),
        str(settings),
        settings.model_dump_json(),
    )
    assert CANARY not in repr(outputs)
