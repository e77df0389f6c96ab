"""What the settings mean: defaults, paths, addresses, mail URLs, thresholds, and looking up a store."""

from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from omen_cli.config.inputs import CostsColumn, InventoryColumn, OrdersColumn
from omen_cli.config.load import load_settings
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import ConfigInvalid, InvalidArgument, NotFound
from omen_cli.model import columns
from omen_cli.model.sources import SourceSpec
from omen_cli.model.thresholds import Thresholds

SMALLEST = """\
version: 1
stores:
  NJWeedWizard:
    timezone: America/New_York
    sources: {inventory: {path: inventory.csv}}
"""


def load(folder: Path, text: str, **environ: str) -> Settings:
    path = folder / "stores.yaml"
    path.write_text(text)
    return load_settings(path, environ)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigInvalid) as caught:
        load(folder, text)
    return caught.value.message


def with_store(line: str) -> str:
    return f"{SMALLEST}    {line}\n"


# --- defaults --------------------------------------------------------------------------------------------------------


def test_what_the_file_does_not_say_has_the_defaults(tmp_path):
    settings = load(tmp_path, SMALLEST)

    assert (settings.path, settings.data) == (tmp_path / "stores.yaml", tmp_path / "data")
    assert (settings.mail.folder, settings.mail.sender) == (tmp_path / "outbox", None)
    assert (settings.disk.warn_free_gb, settings.disk.min_free_gb) == (Decimal(1), Decimal("0.5"))
    assert (settings.limits.generations_per_hour, settings.access.mode, settings.alerts) == (10, "local", ())
    store = settings.store("NJWeedWizard")
    assert (store.store_id, store.name, store.currency, store.locale) == (
        "NJWeedWizard",
        "NJWeedWizard",
        "USD",
        "en_US",
    )
    assert (store.timeframes, store.recipients, store.schedule) == (("weekly",), (), {})
    assert store.thresholds == Thresholds()


def test_a_stores_own_words_win_over_the_defaults_of_the_file(tmp_path):
    settings = load(
        tmp_path,
        """\
version: 1
defaults: {timezone: America/New_York, currency: CAD, locale: fr_CA, timeframes: [daily, weekly]}
stores:
  First: {sources: {inventory: {path: a.csv}}}
  Other:
    timezone: Europe/Madrid
    currency: EUR
    locale: es
    timeframes: [monthly]
    sources: {inventory: {path: a.csv}}
""",
    )

    def shared(store: StoreSettings) -> tuple[object, ...]:
        return store.timezone, store.currency, store.locale, store.timeframes

    assert shared(settings.store("First")) == ("America/New_York", "CAD", "fr_CA", ("daily", "weekly"))
    assert shared(settings.store("Other")) == ("Europe/Madrid", "EUR", "es", ("monthly",))


def test_the_stores_keep_the_order_of_the_file(tmp_path):
    text = "version: 1\ndefaults: {timezone: UTC}\nstores:\n" + "".join(
        f"  {name}: {{sources: {{inventory: {{path: a.csv}}}}}}\n" for name in ("zzz", "aaa", "MMM")
    )
    assert list(load(tmp_path, text).stores) == ["zzz", "aaa", "MMM"]


def test_settings_are_frozen(tmp_path):
    settings = load(tmp_path, SMALLEST)
    for part, name in ((settings, "data"), (settings.mail, "url"), (settings.store("NJWeedWizard"), "name")):
        with pytest.raises(ValidationError):
            setattr(part, name, "other")


# --- paths -----------------------------------------------------------------------------------------------------------


def test_relative_paths_are_relative_to_the_file_and_absolute_ones_stay(tmp_path):
    folder = tmp_path / "etc"
    folder.mkdir()

    settings = load(
        folder,
        """\
version: 1
data: ../var
mail: {url: file:out, password_file: secret/smtp}
stores:
  NJWeedWizard:
    timezone: UTC
    sources:
      inventory: {path: "exports/inv_{date}.csv"}
      orders: {path: "/srv/orders-*.csv"}
      costs: {path: "${HOME}/costs.csv"}
""",
        HOME="/home/omen",
    )

    assert settings.data == folder / "../var"
    assert (settings.mail.folder, settings.mail.password_file) == (folder / "out", folder / "secret/smtp")
    assert {role: spec.path for role, spec in settings.store("NJWeedWizard").sources.items()} == {
        "inventory": f"{folder}/exports/inv_{{date}}.csv",
        "orders": "/srv/orders-*.csv",
        "costs": "/home/omen/costs.csv",
    }


def test_a_folder_whose_name_looks_like_a_glob_is_escaped_in_source_paths_only(tmp_path):
    folder = tmp_path / "a[1]"
    folder.mkdir()
    settings = load(folder, SMALLEST)
    assert settings.store("NJWeedWizard").sources["inventory"].path == f"{tmp_path}/a[[]1]/inventory.csv"
    assert settings.data == folder / "data"


# --- sources ---------------------------------------------------------------------------------------------------------


def test_sources_are_specs_by_role_with_format_and_columns(tmp_path):
    text = SMALLEST.replace(
        "{inventory: {path: inventory.csv}}",
        "{inventory: {path: /a.csv, format: wix, columns: {on_hand: Stock, unit_price: '$ Price'}}, orders: {path: /o.csv}}",
    )
    assert load(tmp_path, text).store("NJWeedWizard").sources == {
        "inventory": SourceSpec(path="/a.csv", format="wix", columns={"on_hand": "Stock", "unit_price": "$ Price"}),
        "orders": SourceSpec(path="/o.csv"),
    }


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("{orders: {path: o.csv}}", "sources.inventory: is missing"),
        ("{inventory: {format: wix}}", "sources.inventory.path: is missing"),
        (
            "{inventory: {path: a.csv, glob: x}}",
            "sources.inventory.glob: unknown key; known here: path, format, columns",
        ),
        ("{inventory: {path: a.csv}, order: {path: o.csv}}", "sources.order: unknown key; did you mean orders?"),
        ("{inventory: {path: 'a{day}.csv'}}", "the one placeholder is {date}"),
        ("{inventory: {path: a.csv}, orders: {path: 'o{date}.csv'}}", "{date} is for the inventory only"),
        ("{inventory: {path: a.csv}, costs: {path: 'o{date}.csv'}}", "{date} is for the inventory only"),
        ("{inventory: {path: a.csv}, orders: {path: o.csv, format: wix}}", "'wix' is not known; write 'auto'"),
        (
            "{inventory: {path: a.csv}, costs: {path: o.csv, format: omen-json}}",
            "'omen-json' is not known; write 'auto'",
        ),
        ("{inventory: {path: a.csv, columns: {quantity: x}}}", "columns.quantity: unknown key"),
        ("{inventory: {path: a.csv}, orders: {path: o.csv, columns: {on_hand: x}}}", "columns.on_hand: unknown key"),
        ("{inventory: {path: a.csv}, costs: {path: o.csv, columns: {name: x}}}", "columns.name: unknown key"),
        ("{inventory: {path: a.csv, columns: {name: }}}", "columns.name: is missing its value"),
        ("{inventory: {path: a.csv, columns: [name]}}", "columns: must be a mapping"),
        ("[a.csv]", "sources: must be a mapping"),
    ],
)
def test_sources_obey_the_rules_of_their_role(tmp_path, sources, said):
    assert said in refusal(tmp_path, SMALLEST.replace("{inventory: {path: inventory.csv}}", sources))


@pytest.mark.parametrize(
    ("known", "table"),
    [(InventoryColumn, columns.INVENTORY), (OrdersColumn, columns.ORDERS), (CostsColumn, columns.COSTS)],
)
def test_the_columns_that_may_be_mapped_are_those_of_the_canonical_tables(known, table):
    assert get_args(known) == tuple(column.name for column in table)


def test_a_store_can_be_made_from_values():
    spec = SourceSpec(path="/a.csv", format="wix")
    store = StoreSettings(store_id="NJWeedWizard", name="NJ", timezone="UTC", sources={"inventory": spec})
    assert store.sources == {"inventory": spec}


# --- one store's texts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Base", "/etc/localtime", "../UTC", "America", "America/", "america/new_york/", "localtime", "Factory",
        "posix/UTC", "right/UTC", "zone.tab", "tzdata.zi", "America\\New_York", "UTC ", "America/New York",
    ],
)  # fmt: skip
def test_a_time_zone_is_a_plain_iana_key(tmp_path, zone):
    message = refusal(tmp_path, SMALLEST.replace("America/New_York", f"'{zone}'"))
    assert "stores.yaml:4: stores.NJWeedWizard.timezone: " in message
    assert "is not an IANA time zone" in message


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT"])
def test_iana_keys_are_taken(tmp_path, zone):
    assert load(tmp_path, SMALLEST.replace("America/New_York", zone)).store("NJWeedWizard").timezone == zone


@pytest.mark.parametrize(
    "line",
    [
        "currency: usd", "currency: US", "currency: USDX", "currency: $", "currency: ÚSD",
        "locale: english", "locale: en-US", "locale: EN", "locale: en_us", "locale: en_US.UTF-8",
        "timeframes: []", "timeframes: weekly", "timeframes: [weekly, weekly]", "timeframes: [yearly]", "timeframes: {}",
        "name: 'a =?utf-8?q?b?= c'", f"name: {'x' * 101}",
        "recipients: owner@example.com",
        "schedule: {daily: '7:00'}", "schedule: {daily: 24:00}", "schedule: {daily: MON 07:00}", "schedule: {daily: 07:60}",
        "schedule: {weekly: 08:00}", "schedule: {weekly: mon 08:00}", "schedule: {weekly: MON  08:00}",
        "schedule: {monthly: 0 09:00}", "schedule: {monthly: 29 09:00}", "schedule: {monthly: 09:00}",
        "schedule: {hourly: 09:00}", "schedule: 07:00",
        "bogus: 1",
    ],
)  # fmt: skip
def test_what_a_store_cannot_be_is_refused_with_its_line(tmp_path, line):
    assert refusal(tmp_path, with_store(line)).startswith("stores.yaml:6: stores.NJWeedWizard.")


@pytest.mark.parametrize("locale", ["en_US", "es", "zh_Hant_TW", "fil", "es_419"])
def test_locales_are_taken(tmp_path, locale):
    assert load(tmp_path, with_store(f"locale: {locale}")).store("NJWeedWizard").locale == locale


def test_a_schedule_keeps_its_texts(tmp_path):
    store = load(tmp_path, with_store("schedule: {monthly: 28 09:00, weekly: SUN 23:59, daily: 00:00}"))
    assert store.store("NJWeedWizard").schedule == {"daily": "00:00", "weekly": "SUN 23:59", "monthly": "28 09:00"}


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "owner", "@example.com", "owner@", "a b@example.com", "a@b@example.com", "Owner <a@example.com>", "<a@example.com>",
        "a@example.com,b@example.com", "a@exa mple.com", "=?utf-8?q?x?=@example.com", "a@example..com", "a..b@example.com",
        ".a@example.com", "a@-example.com", "ñ@example.com", "a@exämple.com", f"{'a' * 65}@example.com",
        f"a@{'b.' * 126}com", '"a b"@example.com', "a@[127.0.0.1]", "a@example.com\\r\\nBcc: x@example.com",
        "a@example.com\\n", "a@example.com\\0", "a\\u200b@example.com", " a@example.com",
    ],
)  # fmt: skip
def test_a_recipient_is_one_plain_address(tmp_path, address):
    escaped = address.replace('"', '\\"')
    assert refusal(tmp_path, with_store(f'recipients: ["{escaped}"]')).startswith(
        "stores.yaml:6: stores.NJWeedWizard.recipients[0]: "
    )


def test_plain_addresses_are_taken_in_their_order(tmp_path):
    addresses = (
        "o'neil+omen@example.com",
        "a.b@sub.example.com",
        "root@localhost",
        "x@xn--bcher-kva.example",
    )
    store = load(tmp_path, with_store(f"recipients: {list(addresses)}"))
    assert store.store("NJWeedWizard").recipients == addresses


def test_one_recipient_stands_once(tmp_path):
    message = refusal(tmp_path, with_store("recipients: [a@example.com, A@Example.com]"))
    assert "recipients: names one twice" in message


@pytest.mark.parametrize(
    "sender",
    ["OMEN <reports@example.com>", "reports@example.com", '"OMEN, Inc." <r@example.com>', "Café <r@example.com>"],
)
def test_a_sender_may_have_a_name(tmp_path, sender):
    assert load(tmp_path, f"{SMALLEST}mail: {{from: '{sender}'}}\n").mail.sender == sender


@pytest.mark.parametrize(
    "sender",
    [
        "OMEN",
        "OMEN <reports>",
        "A, B <r@example.com>",
        "=?x?= <r@example.com>",
        "A <r@example.com> B",
        "A <a@b.c> <r@example.com>",
    ],
)
def test_a_sender_is_one_address(tmp_path, sender):
    assert "mail.from: " in refusal(tmp_path, f"{SMALLEST}mail: {{from: '{sender}'}}\n")


# --- mail URLs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "smtps://mail.example.com", "smtps://u:p%40@mail.example.com:465", "smtp+starttls://mail.example.com:587/",
        "smtp://localhost:1025", "smtp://127.0.0.1", "smtp://[::1]:25", "smtp://127.9.9.9",
    ],
)  # fmt: skip
def test_servers_are_taken(tmp_path, url):
    mail = load(tmp_path, f"{SMALLEST}mail: {{url: '{url}'}}\n").mail
    assert (mail.url.get_secret_value(), mail.folder) == (url, None)


@pytest.mark.parametrize(
    ("url", "folder"),
    [("file:out", "{}/out"), ("file:./out", "{}/out"), ("file:/var/out", "/var/out"), ("file:///var/out", "/var/out"), ("file:a#b?c", "{}/a#b?c")],
)  # fmt: skip
def test_folders_are_taken(tmp_path, url, folder):
    assert load(tmp_path, f"{SMALLEST}mail: {{url: '{url}'}}\n").mail.folder == Path(folder.format(tmp_path))


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.com", "smtp://10.0.0.1", "smtp://0.0.0.0", "smtp://localhost.example.com", "smtp://127.0.0.1.example.com",
        "smtp://localhost@mail.example.com", "SMTP://mail.example.com",
        "smtps:mail.example.com", "smtps://", "smtps://u:p@", "smtps://h:port", "smtps://h:0", "smtps://h:70000",
        "smtps://h/inbox", "smtps://h?x=1", "smtps://u:a#b@h", "smtps://[::1", "smtps://a b",
        "http://h", "mailto:a@example.com", "outbox", "file:", "file://host/out", "//h",
    ],
)  # fmt: skip
def test_what_is_no_mail_url_or_sends_in_the_clear_is_refused(tmp_path, url):
    assert refusal(tmp_path, f"{SMALLEST}mail: {{url: '{url}'}}\n").startswith("stores.yaml:6: mail.url: ")


def test_plaintext_must_be_asked_for(tmp_path):
    mail = load(tmp_path, f"{SMALLEST}mail: {{url: 'smtp://mail.example.com', allow_plaintext: true}}\n").mail
    assert mail.allow_plaintext
    assert "in the clear" in refusal(tmp_path, f"{SMALLEST}mail: {{url: 'smtp://h', allow_plaintext: no}}\n")


def test_a_password_stands_in_one_place(tmp_path):
    text = f"{SMALLEST}mail: {{url: 'smtps://u:p@h', password_file: secret}}\n"
    assert "keep one" in refusal(tmp_path, text)
    assert load(tmp_path, text.replace("u:p@", "u@")).mail.password_file == tmp_path / "secret"


def test_a_password_has_a_user(tmp_path):
    assert "no user for mail.password_file" in refusal(
        tmp_path, f"{SMALLEST}mail: {{url: 'smtps://h', password_file: s}}\n"
    )
    assert "has a password and no user" in refusal(tmp_path, f"{SMALLEST}mail: {{url: 'smtps://:p@h'}}\n")
    assert load(tmp_path, f"{SMALLEST}mail: {{url: 'file:out', password_file: s}}\n").mail.folder == tmp_path / "out"


@pytest.mark.parametrize(
    ("login", "said"), [("u:%ff%fe", "not UTF-8"), ("u:a%0d%0ab", "a control"), ("u%00:p", "a control")]
)
def test_a_login_is_percent_encoded_text(tmp_path, login, said):
    assert said in refusal(tmp_path, f"{SMALLEST}mail: {{url: 'smtps://{login}@h'}}\n")


def test_what_else_mail_may_say_has_defaults_and_places(tmp_path):
    mail = load(tmp_path, SMALLEST).mail
    assert (mail.ca_file, mail.list_unsubscribe, mail.attach_items) == (None, None, False)
    line = "mail: {ca_file: etc/ca.pem, list_unsubscribe: 'mailto:stop@example.com', attach_items: true}\n"
    mail = load(tmp_path, SMALLEST + line).mail
    assert (mail.ca_file, mail.list_unsubscribe, mail.attach_items) == (
        tmp_path / "etc/ca.pem",
        "mailto:stop@example.com",
        True,
    )


@pytest.mark.parametrize(
    "url", ["mailto:stop@example.com", "mailto:a@example.com?subject=stop%20it", "https://example.com/stop?s=1&t=2", "https://example.com:8443/"]
)  # fmt: skip
def test_where_to_unsubscribe_is_an_address_or_a_page(tmp_path, url):
    assert load(tmp_path, f"{SMALLEST}mail: {{list_unsubscribe: '{url}'}}\n").mail.list_unsubscribe == url


@pytest.mark.parametrize(
    "url",
    [
        "stop@example.com", "http://example.com/stop", "https://", "https:///stop", "HTTPS://example.com", "mailto:",
        "mailto:stop", "https://example.com/a b", "https://example.com/<stop>", "mailto:a@example.com,b@example.com",
        "https://example.com/caf\u00e9", "https://example.com/\\r\\nBcc: x@example.com", "mailto:=?x?=@example.com",
        "javascript:alert(1)", f"https://example.com/{'x' * 500}",
    ],
)  # fmt: skip
def test_what_is_no_place_to_unsubscribe_or_breaks_a_header_is_refused(tmp_path, url):
    message = refusal(tmp_path, f'{SMALLEST}mail: {{list_unsubscribe: "{url}"}}\n')
    assert message.startswith("stores.yaml:6: mail.list_unsubscribe: ")


@pytest.mark.parametrize(
    ("key", "likely"), [("list_unsubscribed", "list_unsubscribe"), ("attach_item", "attach_items"), ("cafile", "ca_file")]
)  # fmt: skip
def test_a_misspelt_key_of_mail_is_told_the_likeliest(tmp_path, key, likely):
    assert f"mail.{key}: unknown key; did you mean {likely}?" in refusal(tmp_path, f"{SMALLEST}mail: {{{key}: x}}\n")


def test_empty_alerts_are_dropped(tmp_path):
    text = SMALLEST + 'alerts: ["${A:-}", "${B:-}", "", ~]\n'
    alerts = load(tmp_path, text, B="discord://id/token").alerts
    assert [url.get_secret_value() for url in alerts] == ["discord://id/token"]


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_a_gb_is_1024_cubed_bytes(tmp_path):
    disk = load(tmp_path, f"{SMALLEST}disk: {{warn_free_gb: 1.5, min_free_gb: 0.25}}\n").disk
    assert (disk.warn_free_bytes, disk.min_free_bytes) == (1_610_612_736, 268_435_456)


@pytest.mark.parametrize(
    "line",
    [
        "disk: {warn_free_gb: 1, min_free_gb: 2}", "disk: {warn_free_gb: 0.4}", "disk: {min_free_gb: -1}",
        "disk: {min_free_gb: nan}", "disk: {min_free_gb: inf}", "disk: {min_free_gb: 1e-1}", "disk: {min_free_gb: 0,5}",
        "disk: {min_free_gb: ٣}", "disk: {min_free_gb: [1]}", f"disk: {{min_free_gb: {'9' * 5000}}}",
        "limits: {generations_per_hour: -1}", "limits: {generations_per_hour: 1.5}", "limits: {generations_per_hour: ten}",
        "limits: {generations_per_hour: 0x10}", "mail: {allow_plaintext: maybe}", "version: '1.0'", "access: {mode: LOCAL}",
    ],
)  # fmt: skip
def test_numbers_and_choices_are_what_they_look_like(tmp_path, line):
    text = SMALLEST.replace("version: 1\n", f"{line}\n") if line[:3] == "ver" else f"{SMALLEST}{line}\n"
    assert f"{line.split(':')[0]}" in refusal(tmp_path, text)


# --- thresholds ------------------------------------------------------------------------------------------------------


def test_thresholds_have_the_defaults_of_the_kpi_page():
    assert Thresholds().entered() == {
        "anomalyUnitsMin": Decimal(5),
        "bundleMarginMin": Decimal(65),
        "bundleOnHandMax": Decimal(25),
        "bundleOnHandMin": Decimal(10),
        "deadStockCapitalMin": Decimal(100),
        "deadStockDays": Decimal(90),
        "featureMarginMax": Decimal(65),
        "featureMarginMin": Decimal(45),
        "featureOnHandMin": Decimal(20),
        "leadTimeDays": Decimal(7),
        "lowStockMax": Decimal(5),
        "lowStockMin": Decimal(1),
        "marginDropPoints": Decimal(5),
        "overstockOnHandMin": Decimal(50),
        "protectPricingMarginMin": Decimal(70),
        "reorderDays": Decimal(7),
        "reorderVelocityMin": Decimal("0.5"),
        "reviewDays": Decimal(7),
        "reviewPricingMarginMax": Decimal(40),
        "salesDeclinePct": Decimal(85),
        "slowMoverMarginMin": Decimal(50),
        "slowMoverOnHandMin": Decimal(10),
        "slowMoverVelocityMax": Decimal("0.5"),
        "slowStockCapitalMin": Decimal(500),
        "slowStockOnHandMin": Decimal(5),
        "slowStockVelocityMax": Decimal("0.2"),
        "stockOutHorizonDays": Decimal(14),
    }


def test_what_entered_is_sorted_and_all_decimal():
    entered = Thresholds().entered()
    assert list(entered) == sorted(entered)
    assert {type(value) for value in entered.values()} == {Decimal}


@pytest.mark.parametrize(
    ("written", "text"), [("5", "5"), ("5.0", "5"), ("05.500", "5.5"), ("100", "100"), ("0.0", "0")]
)
def test_equal_thresholds_are_spelt_alike(tmp_path, written, text):
    thresholds = load(tmp_path, with_store(f"thresholds: {{overstock_on_hand_min: {written}}}")).store("NJWeedWizard")
    assert str(thresholds.thresholds.overstock_on_hand_min) == text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{low_stock_max: 0.5}", "low_stock_max: '0.5' is less than low_stock_min"),
        ("{low_stock_min: 9}", "low_stock_max: the default is less than low_stock_min"),
        ("{feature_margin_min: 60, feature_margin_max: 50}", "feature_margin_max: '50' is less than"),
        ("{bundle_on_hand_min: 30}", "bundle_on_hand_max: the default is less than"),
        ("{reorder_days: -1}", "reorder_days: '-1' is below 0"),
        ("{reorder_velocity_min: -0.5}", "reorder_velocity_min: '-0.5' is below 0"),
        ("{reorder_day: 1}", "reorder_day: unknown key; did you mean reorder_days?"),
        ("{lowStockMax: 1}", "lowStockMax: unknown key; did you mean low_stock_max?"),
        ("{category: {}}", "category: unknown key; did you mean categories?"),
        ("{lead_time_days: 1.5}", "lead_time_days: '1.5' is not a whole number"),
        ("{sales_decline_pct: -1}", "sales_decline_pct: '-1' is below 0"),
    ],
)
def test_thresholds_are_checked(tmp_path, line, said):
    message = refusal(tmp_path, with_store(f"thresholds: {line}"))
    assert message.startswith(f"stores.yaml:6: stores.NJWeedWizard.thresholds.{said}")


def test_a_category_has_its_own_thresholds(tmp_path):
    line = "thresholds: {low_stock_max: 7, categories: {Edible: {low_stock_max: 12.0}, 420: {review_days: 3}}}"
    found = load(tmp_path, with_store(line)).store("NJWeedWizard").thresholds
    assert (found.low_stock_max, str(found.of("edible").low_stock_max), found.of("Vape").low_stock_max) == (7, "12", 7)
    assert (found.of("420").review_days, found.of("420").low_stock_max) == (3, 7)


@pytest.mark.parametrize(
    ("categories", "said"),
    [
        ("{Edible: {low_stock_mx: 1}}", ".Edible.low_stock_mx: unknown key; did you mean low_stock_max?"),
        ("{Edible: {lowStockMax: 1}}", ".Edible.lowStockMax: unknown key; did you mean low_stock_max?"),
        (
            "{Edible: {sales_decline_pct: 1}}",
            ".Edible.sales_decline_pct: unknown key; known here: feature_on_hand_min,",
        ),
        ("{Edible: {categories: {}}}", ".Edible.categories: unknown key; known here: "),
        ("{'a.b[0]': {reorder_day: 1}}", ".a.b[0].reorder_day: unknown key; did you mean reorder_days?"),
        ("{Edible: }", ".Edible: is missing its value"),
        ("{Edible: 5}", ".Edible: '5' must be a mapping"),
        ("[Edible]", ": must be a mapping"),
        ("{Edible: {low_stock_max: 0.5}}", ".Edible.low_stock_max: '0.5' is less than low_stock_min"),
        ("{Edible: {low_stock_min: 9}}", ".Edible.low_stock_max: the default is less than low_stock_min"),
        ("{Edible: {low_stock_min: 9, low_stock_max: 8}}", ".Edible.low_stock_max: '8' is less than low_stock_min"),
        ("{Edible: {review_days: -1}}", ".Edible.review_days: '-1' is below 0"),
        ("{Edible: {review_days: 1.5}}", ".Edible.review_days: '1.5' is not a whole number"),
        (
            "{Edible: {}, ' edible ': {}}",
            ": names a category twice, but for case and spaces, or none; write each name once",
        ),
        ("{' ': {}}", ": names a category twice, but for case and spaces, or none; write each name once"),
    ],
)
def test_the_thresholds_of_categories_are_checked(tmp_path, categories, said):
    message = refusal(tmp_path, with_store(f"thresholds: {{categories: {categories}}}"))
    assert message.startswith(f"stores.yaml:6: stores.NJWeedWizard.thresholds.categories{said}")


def test_what_is_wrong_with_a_category_is_said_with_its_own_line(tmp_path):
    block = "    thresholds:\n      categories:\n        Vape: {review_days: 3}\n        Edible:\n          reorder_day: 1\n"
    assert refusal(tmp_path, SMALLEST + block) == (
        "stores.yaml:10: stores.NJWeedWizard.thresholds.categories.Edible.reorder_day: unknown key; "
        "did you mean reorder_days?"
    )


# --- looking up ------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path: Path) -> Settings:
    names = ("Zebra", "NJWeedWizard", "CaliCannabis")
    stores = "".join(f"  {name}: {{sources: {{inventory: {{path: a.csv}}}}}}\n" for name in names)
    return load(tmp_path, f"version: 1\ndefaults: {{timezone: UTC}}\nstores:\n{stores}")


@pytest.mark.parametrize("asked", ["calicannabis", "CaliCanabis", "CALICANNABIS"])
def test_an_unknown_store_is_named_with_the_likeliest_first(many, asked):
    with pytest.raises(NotFound) as caught:
        many.store(asked)
    assert asked in caught.value.message
    assert caught.value.hint == "known stores: CaliCannabis, Zebra, NJWeedWizard"
    assert caught.value.exit_status == 5


@pytest.mark.parametrize(
    "asked", ["", "no", "../NJWeedWizard", "NJWeedWizard\n", "a\x1b[31mb", "ＮＪＷeed", "x" * 5000]
)
def test_what_is_no_store_id_is_an_invalid_argument_shown_harmless(many, asked):
    with pytest.raises(InvalidArgument) as caught:
        many.store(asked)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 120
    assert caught.value.exit_status == 2
