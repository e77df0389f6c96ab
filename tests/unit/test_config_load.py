"""Finding and reading stores.yaml: where it is looked for, what it may hold, and how its problems are told."""

import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from omen_cli.config.load import find_config, load_settings
from omen_cli.errors import ConfigInvalid

CANARY = "c4n4ry-s3cret"
GOOD = """\
version: 1
defaults: {timezone: America/New_York}
stores:
  NJWeedWizard:
    sources: {inventory: {path: inventory.csv}}
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "stores.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(folder: Path, text: str | bytes, **environ: str) -> ConfigInvalid:
    with pytest.raises(ConfigInvalid) as caught:
        load_settings(write(folder, text), environ)
    return caught.value


# --- finding ---------------------------------------------------------------------------------------------------------


def test_the_option_wins_over_the_environment_and_the_environment_over_the_folder(tmp_path):
    for name in ("option.yaml", "environ.yaml", "stores.yaml"):
        (tmp_path / name).write_text(GOOD)
    environ = {"OMEN_CONFIG": "environ.yaml"}

    assert find_config(Path("option.yaml"), environ, tmp_path) == tmp_path / "option.yaml"
    assert find_config(None, environ, tmp_path) == tmp_path / "environ.yaml"
    assert find_config(None, {"OMEN_CONFIG": ""}, tmp_path) == tmp_path / "stores.yaml"


def test_it_is_looked_for_in_the_folders_above_the_nearest_first(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    write(tmp_path, GOOD)
    assert find_config(None, {}, deep) == tmp_path / "stores.yaml"

    nearer = write(tmp_path / "a", GOOD)
    assert find_config(None, {}, deep) == nearer


def test_a_broken_link_nearby_is_found_and_not_passed_over_for_another_file_above(tmp_path):
    write(tmp_path, GOOD)
    below = tmp_path / "below"
    below.mkdir()
    (below / "stores.yaml").symlink_to("nowhere")

    found = find_config(None, {}, below)

    assert found == below / "stores.yaml"
    with pytest.raises(ConfigInvalid, match="No such file"):
        load_settings(found, {})


@pytest.mark.parametrize(
    ("explicit", "environ", "said"),
    [
        (Path("no.yaml"), {}, "--config"),
        (None, {"OMEN_CONFIG": "no.yaml"}, "OMEN_CONFIG"),
        (None, {}, "stores.yaml: not in"),
    ],
)
def test_what_is_not_there_is_refused_with_where_it_was_looked_for_and_what_to_do(tmp_path, explicit, environ, said):
    with pytest.raises(ConfigInvalid) as caught:
        find_config(explicit, environ, tmp_path)

    assert said in caught.value.message
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_status == 3


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_small_file_loads(tmp_path):
    settings = load_settings(write(tmp_path, GOOD), {})
    assert list(settings.stores) == ["NJWeedWizard"]


def test_a_leading_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    settings = load_settings(write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()), {})
    assert settings.store("NJWeedWizard").name == "NJWeedWizard"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "stores.yaml:1: is empty"),
        (b"# nothing but a comment\n", "stores.yaml:1: is empty"),
        (b"\xef\xbb\xbf", "stores.yaml:1: is empty"),
        (b"- a\n- b\n", "stores.yaml:1: is not a mapping"),
        (b"text\n", "stores.yaml:1: is not a mapping"),
        (b"null\n", "stores.yaml:1: is missing its value"),
        (b"version: 1\n\xff\xfe\n", "stores.yaml:2: not UTF-8"),
        (GOOD.encode("utf-16"), "stores.yaml:1: not UTF-8"),
        (b"\x7fELF\x00\x00\n", "stores.yaml:1: holds a character that YAML does not allow"),
        (b"version: 1\nname: \x00\n", "stores.yaml:2: holds a character that YAML does not allow"),
        (b"version: 1\n" + b"#" * 65 * 1024, "larger than 64 KiB"),
        (GOOD.encode() + b"--- \n" + GOOD.encode(), "stores.yaml:6: a second document begins here"),
        (b"%TAG ! tag:x,2000:\n---\n" + GOOD.encode(), "stores.yaml:1: YAML directives"),
        (GOOD.replace("version: 1", "version: !!int 1"), "stores.yaml:1: version: has a tag"),
        (GOOD + "data: !!python/object/apply:os.system [id]\n", "stores.yaml:6: data: has a tag"),
        (GOOD.replace("version: 1", "version: &v 1"), "stores.yaml:1: version: has an anchor"),
        (GOOD + "data: *nobody\n", "stores.yaml:6: data: is an alias"),
        (GOOD + "version: 1\n", "stores.yaml:6: version: stands twice, first on line 1"),
        (GOOD + "'version': 1\n", "stores.yaml:6: version: stands twice, first on line 1"),
        (GOOD + "<<: {data: x}\n", "stores.yaml:6: has a merge key"),
        (GOOD + "? [a, b]\n: c\n", "stores.yaml:6: has a merge key or one that is not plain text"),
        (GOOD + "data:\n", "stores.yaml:6: data: is missing its value"),
        (GOOD + "data: ~\n", "stores.yaml:6: data: is missing its value"),
        (GOOD + "data: ''\n", "stores.yaml:6: data: is missing its value"),
        (GOOD + "data: null\n", "stores.yaml:6: data: is missing its value"),
        (GOOD + "data: ~/omen\n", "stores.yaml:6: data: begins with ~"),
        (GOOD + 'data: "a\\nb"\n', "stores.yaml:6: data: 'a\N{REPLACEMENT CHARACTER}b' holds a line break"),
        (GOOD + 'data: "a\\u202eb"\n', "stores.yaml:6: data: 'a\N{REPLACEMENT CHARACTER}b' holds a line break"),
        (GOOD + "mail:\n\turl: file:x\n", "stores.yaml:7: not valid YAML"),
        (GOOD + "data: 'never closed\n", "what began on line 6"),
        (GOOD + "data: @x\n", "stores.yaml:6: not valid YAML"),
        (GOOD + "data: a: b\n", "stores.yaml:6: not valid YAML"),
        (GOOD + "data: " + "[" * 3000, "stores.yaml:6: nested deeper than 20 levels"),
        ("? " * 3000, "stores.yaml:1: nested deeper than 20 levels"),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_line(tmp_path, text, said):
    error = refusal(tmp_path, text)
    assert said in error.message
    assert error.hint


def test_each_line_of_a_message_is_printable(tmp_path):
    error = refusal(tmp_path, GOOD + '"a\\e[31m\\nb": x\n')
    assert all(line.isprintable() for line in error.message.split("\n"))


@pytest.mark.parametrize(
    "line", ["alerts: [${A:-}]", "mail: {url: ${A}}", "alerts: [x, ${A}, 'y'] # c", "disk: {min_free_gb: ${A:-1}}"]
)
def test_an_unquoted_reference_in_flow_style_is_told_to_be_quoted(tmp_path, line):
    message = refusal(tmp_path, f"{GOOD}{line}\n").message
    assert message.startswith("stores.yaml:6: not valid YAML")
    assert "put quotes around" in message
    assert "\n" not in message


def test_tabs_are_told_to_be_spaces(tmp_path):
    assert "not with tabs" in refusal(tmp_path, GOOD + "mail:\n\turl: file:x\n").message


def test_a_fifo_a_folder_and_a_device_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", tmp_path, Path("/dev/zero")):
        with pytest.raises(ConfigInvalid, match="not a regular file"):
            load_settings(path, {})


def test_a_relative_path_is_our_own_bug():
    with pytest.raises(ValueError, match="absolute"):
        load_settings(Path("stores.yaml"), {})


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a]\n" for n in range(1000)),
        "{" * 65_000,
        "[" * 65_000,
        "- " * 32_000,
        "a:\n " * 100 + "b",
        "".join(f"k{n}: 1\n" for n in range(7000)),
        "a: [" + "*x," * 20_000 + "]",
        "a: '" + "${A:-" * 12_000 + "'",
        "a: '" + "$${" * 20_000 + "'",
        "version: 1\nmail: {from: '" + " " * 64_000 + "'}",
        "version: 1\nmail: {from: '" + "a" * 64_000 + "'}",
        "version: 1\nmail: {from: '" + "a" + " " * 64_000 + "a'}",
        "stores: {NJWeedWizard: {recipients: ['" + "a." * 32_000 + "@'], timezone: '" + "a/" * 50 + "'}}",
        "? " * 20_000,
        "a: |\n" + "  x\n" * 15_000,
    ],
)
def test_no_bomb_takes_long_or_says_much(tmp_path, text):
    began = time.process_time()

    error = refusal(tmp_path, text[: 64 * 1024])

    assert time.process_time() - began < 4  # processor seconds: a bomb takes minutes
    assert len(error.message) < 20_000


# --- all problems ----------------------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_with_its_line_in_the_order_of_the_file(tmp_path):
    error = refusal(
        tmp_path,
        """\
version: 2
defaults:
  timezone: Mars/Base
  currency: usd
dta: x
mail: {url: "ftp://example.com", from: nobody}
disk: {warn_free_gb: 0.1, min_free_gb: 0.2}
limits: {generations_per_hour: 1_0}
access: {mode: open}
alerts: ["${NOT_SET}"]
stores:
  NJWeedWizard:
    timezone: America/New_Yrok
    locale: english
    recipients:
      - owner@example.com
      - not an address
    sources:
      inventory: {path: i.csv, format: excel, columns: {onhand: X}}
      orders: {path: "o-{date}.csv", format: wix}
    schedule: {daily: "7:00"}
    thresholds: {low_stock_max: 0.5}
  CaliCannabis:
    timeframes: [hourly]
    sources: {orders: {path: o.csv}}
  calicannabis: text
  no: {}
""",
    )

    expected = [
        "1: version: '2' is not known; write 1",
        "3: defaults.timezone: 'Mars/Base' is not an IANA time zone",
        "4: defaults.currency: 'usd' is not an ISO 4217 code",
        "5: dta: unknown key; did you mean data?",
        "6: mail.url: 'ftp://***' has no scheme that omen knows",
        "6: mail.from: 'nobody' is not a sender",
        "7: disk.min_free_gb: '0.2' is more than warn_free_gb",
        "8: limits.generations_per_hour: '1_0' is not a whole number",
        "9: access.mode: 'open' is not known; write 'local' or 'token'",
        "10: alerts[0]: '${NOT_SET}' needs NOT_SET, which the environment does not set",
        "13: stores.NJWeedWizard.timezone: 'America/New_Yrok' is not an IANA time zone; did you mean America/New_York?",
        "14: stores.NJWeedWizard.locale: 'english' is not a locale",
        "17: stores.NJWeedWizard.recipients[1]: 'not an address' is not a plain e-mail address",
        "19: stores.NJWeedWizard.sources.inventory.columns.onhand: unknown key; did you mean on_hand?",
        "19: stores.NJWeedWizard.sources.inventory.format: 'excel' is not known",
        "20: stores.NJWeedWizard.sources.orders.format: 'wix' is not known; write 'auto'",
        "20: stores.NJWeedWizard.sources.orders.path: 'o-{date}.csv' holds a brace",
        "21: stores.NJWeedWizard.schedule.daily: '7:00' is not a time",
        "22: stores.NJWeedWizard.thresholds.low_stock_max: '0.5' is less than low_stock_min",
        "24: stores.CaliCannabis.timeframes[0]: 'hourly' is not known",
        "25: stores.CaliCannabis.sources.inventory: is missing",
        "26: stores.calicannabis: 'text' must be a mapping",
        "26: stores.calicannabis: differs only in case from CaliCannabis on line 23",
        "27: stores.no: is not a store id",
        "27: stores.no.sources: is missing",
    ]
    found = error.message.split("\n")
    assert [int(line.split(":")[1]) for line in found] == [int(line.split(":")[0]) for line in expected]
    for want in expected:
        assert any(line.startswith(f"stores.yaml:{want}") for line in found), want
    assert error.details["problems"] == found


def test_a_missing_time_zone_is_told_at_the_store(tmp_path):
    message = refusal(tmp_path, GOOD.replace("defaults: {timezone: America/New_York}", "data: x")).message
    assert message == "stores.yaml:4: stores.NJWeedWizard.timezone: is missing; add it here or under defaults"


def test_a_wrong_default_is_told_once_where_it_stands_also_when_every_store_has_its_own(tmp_path):
    wrong = GOOD.replace("America/New_York", "Nowhere")
    message = refusal(tmp_path, wrong).message
    assert message.startswith("stores.yaml:2: defaults.timezone: 'Nowhere'")
    assert "\n" not in message
    assert refusal(tmp_path, wrong + "    timezone: America/Chicago\n").message == message


@pytest.mark.parametrize("key", ["path: x", "stores.NJWeedWizard.store_id: x"])
def test_keys_that_only_loading_sets_are_unknown_in_the_file(tmp_path, key):
    text = GOOD + ("    store_id: x\n" if "store_id" in key else f"{key}\n")
    assert "unknown key" in refusal(tmp_path, text).message


def test_a_refused_value_is_told_once(tmp_path):
    message = refusal(tmp_path, GOOD.replace("{inventory: {path: inventory.csv}}", "*nothing")).message
    assert message == "stores.yaml:5: stores.NJWeedWizard.sources: is an alias (*); write the value out"


def test_of_very_many_problems_fifty_are_told_and_the_rest_counted(tmp_path):
    lines = refusal(tmp_path, GOOD + "".join(f"k{n}: 1\n" for n in range(60))).message.split("\n")
    assert (len(lines), lines[-1]) == (51, "stores.yaml: and 10 more")


# --- the environment -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "environ", "name"),
    [
        ("${N}", {"N": "a"}, "a"),
        ("x ${N} y ${N}", {"N": "a"}, "x a y a"),
        ("${N:-d}", {}, "d"),
        ("${N:-d}", {"N": ""}, "d"),
        ("${N:-d}", {"N": "a"}, "a"),
        ("x${N:-}", {}, "x"),
        ("x${N}", {"N": ""}, "x"),
        ("$${N}", {"N": "a"}, "${N}"),
        ("$N $", {"N": "a"}, "$N $"),
        ("${N}", {"N": "${M}", "M": "twice"}, "${M}"),
        ("${N:-it's}", {}, "it's"),
    ],
)
def test_references_are_replaced_once(tmp_path, written, environ, name):
    path = write(tmp_path, f'{GOOD}    name: "{written}"\n')
    assert load_settings(path, environ).store("NJWeedWizard").name == name


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("${N}", "needs N, which the environment does not set"),
        ("${N} ${M}", "needs N, M, which"),
        ("${N", "holds a ${ that is not"),
        ("${1}", "holds a ${ that is not"),
        ("${N:+x}", "holds a ${ that is not"),
        ("${N:-${M}}", "holds a ${ that is not"),
        ("${EMPTY}", "comes out empty"),
        ("${LINES}", "holds a line break"),
    ],
)
def test_a_reference_without_value_or_sense_is_refused_with_its_line(tmp_path, written, said):
    error = refusal(tmp_path, f'{GOOD}    name: "{written}"\n', EMPTY="", LINES="a\nb")
    assert error.message.startswith(f"stores.yaml:6: stores.NJWeedWizard.name: '{written}' {said}")


def test_keys_are_not_expanded(tmp_path):
    message = refusal(tmp_path, GOOD.replace("NJWeedWizard", '"${ID}"'), ID="NJWeedWizard").message
    assert "stores.yaml:4: stores.${ID}: is not a store id" in message


SECRET_PLACES = [
    'data: "${S}"\n',
    'version: "${S}"\n',
    'mail: {url: "${S}"}\n',
    'mail: {url: "smtps://u:${S}@h:port"}\n',
    'mail: {url: "smtp://u:${S}@example.com"}\n',
    'mail: {from: "${S}"}\n',
    'mail: {allow_plaintext: "${S}"}\n',
    'mail: "${S}"\n',
    'alerts: ["${S}"]\n',
    'alerts: "${S}"\n',
    'disk: {min_free_gb: "${S}"}\n',
    'limits: {generations_per_hour: "${S}"}\n',
    'access: {mode: "${S}"}\n',
    'defaults: {timezone: "${S}"}\n',
    '    timezone: "${S}"\n',
    '    currency: "${S}"\n',
    '    locale: "${S}"\n',
    '    timeframes: ["${S}"]\n',
    '    recipients: ["${S}"]\n',
    '    recipients: "${S}"\n',
    '    schedule: {daily: "${S}"}\n',
    '    thresholds: {low_stock_max: "${S}"}\n',
    '    thresholds: {reorder_days: "${S}"}\n',
    '    sources: {inventory: {path: "${S}{x}", format: "${S}"}}\n',
    '    sources: "${S}"\n',
]


@pytest.mark.parametrize("place", SECRET_PLACES)
def test_no_message_holds_a_value_from_the_environment(tmp_path, place):
    indent = "    " if place.startswith(" ") else ""
    path = write(tmp_path, f"{GOOD}{place}{indent}bogus: 1\n")
    for value in (CANARY, f"{CANARY}\n", f"smtp://u:{CANARY}@example.com", f"America/{CANARY}"):
        with pytest.raises(ConfigInvalid) as caught:
            load_settings(path, {"S": value})
        error = caught.value
        assert CANARY not in f"{error} {error.hint} {error.details} {error.__cause__!r} {error.__context__!r}"


@pytest.mark.parametrize(
    "line",
    [
        f"mail: {{url: 'ftp://u:{CANARY}@h'}}",
        f"mail: {{url: 'smtp://u:{CANARY}@example.com'}}",
        f"mail: {{url: 'smtps://u:{CANARY}'}}",
        f"mail: {{url: '${{H:-smtp://u:{CANARY}@example.com}}'}}",
        f"mail: {{url: '{CANARY}'}}",
        f"mail: {{password: {CANARY}}}",
        f"mail: 'smtps://u:{CANARY}@h'",
        f"mail: {CANARY}",
        f"mail: {{'smtps://u:{CANARY}@h'}}",
        f"alerts: [{CANARY}]",
        f"alerts: 'discord://{CANARY}'",
        f"alerts: ['discord://{CANARY}/${{UNSET}}']",
        f"data: ['discord://{CANARY}'",
    ],
)
def test_no_message_holds_a_secret_that_stands_in_the_file(tmp_path, line):
    error = refusal(tmp_path, f"{GOOD}{line}\n")
    assert CANARY not in f"{error} {error.hint} {error.details}"


def test_texts_stay_as_written(tmp_path):
    path = write(tmp_path, GOOD.replace("NJWeedWizard", "0123") + "    name: no\n    schedule: {daily: 12:30}\n")
    store = load_settings(path, {}).store("0123")
    assert (store.name, store.schedule["daily"]) == ("no", "12:30")


def test_the_example_of_the_repository_loads():
    example = Path(__file__).parents[2] / "stores.yaml"

    settings = load_settings(example, {})

    assert list(settings.stores) == ["NJWeedWizard", "CaliCannabis"]
    assert settings.store("NJWeedWizard").timeframes == ("weekly", "daily", "monthly")
    assert ZoneInfo(settings.store("CaliCannabis").timezone).key == "America/Los_Angeles"
    assert settings.alerts == ()
