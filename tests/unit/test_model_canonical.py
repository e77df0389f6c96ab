"""Canonical JSON: one value, one text; and what is read back is what omen writes, nothing more."""

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from http import HTTPMethod, HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.canonical import NotStrictJson, canonical_sha256, dump_canonical, load_strict, rfc3339

LEAVES = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(exclude_categories=["Cs"])) | st.decimals(
    -(10**12), 10**12, places=2
)  # fmt: skip
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4))  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None], "B": {}, "ä": "é", "Z": ()}, '{"B":{},"Z":[],"a":[true,null],"b":1,"ä":"é"}'),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("200000000000000000000.00000001"), "200000000000000000000.00000001"),
        (10**18, "1000000000000000000"),
        ('\u2028\x00\x1f"\\\n😀', '"\u2028\\u0000\\u001f\\"\\\\\\n😀"'),
        (date(2026, 1, 9), '"2026-01-09"'),
        ([HTTPStatus.OK, HTTPMethod.GET, OrderedDict(a=True)], '[200,"GET",{"a":true}]'),  # by inheritance
        (datetime(2026, 1, 9, 14, 30, tzinfo=UTC), '"2026-01-09T14:30:00.000+00:00"'),
        (datetime(2026, 1, 9, 14, 30, 0, 123456, timezone(timedelta(hours=-5))), '"2026-01-09T14:30:00.123-05:00"'),
    ],
)
def test_a_value_has_exactly_one_text(value, text):
    assert dump_canonical(value) == text.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        Decimal("NaN"),
        Decimal("-Infinity"),
        datetime.fromisoformat("2026-01-09"),
        b"x",
        {1, 2},
        object(),
        [{"a": 0.1}],
        "\ud800",
    ],
)
def test_what_has_no_exact_text_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011
        dump_canonical(value)


def test_keys_are_sorted_by_code_point_and_not_by_locale_or_utf16():
    assert dump_canonical({"\uff5e": 1, "😀": 2, "a": 3}) == '{"a":3,"\uff5e":1,"😀":2}'.encode()


def test_the_order_of_keys_and_the_decimal_context_change_nothing():
    value = {"a": Decimal("123456789012345678901234567890.12"), "b": 2}
    with localcontext() as context:
        context.prec = 3
        assert canonical_sha256(dict(reversed(value.items()))) == canonical_sha256(value)


@given(VALUES)
def test_what_is_written_is_read_back_equal(value):
    written = dump_canonical(value)
    assert load_strict(written) == value
    assert dump_canonical(load_strict(written)) == written
    assert json.loads(written, parse_float=Decimal) == value


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "Expecting value at line 1 column 1"),
        (b'{"a": 1,\n}', "Expecting property name enclosed in double quotes at line 2 column 1"),
        (b"[1] x", "Extra data at line 1 column 5"),
        (b'{"a": {"b": 1, "b": 2}}', "the key 'b' stands twice"),
        (b"[NaN]", "NaN is not a JSON number"),
        (b"[-Infinity]", "-Infinity is not a JSON number"),
        (b"[1e400]", "a number in a form that omen never writes: 1e400"),
        (b"[1E5]", "a number in a form that omen never writes: 1E5"),
        (b"[" + b"9" * 61 + b"]", "a number of 61 digits"),
        (b"[0." + b"9" * 70 + b"]", "a number in a form that omen never writes: 0." + "9" * 18),
        (b'"caf\xe9"', "not UTF-8 at byte 4"),
        (b"[" * 41 + b"]" * 41, "nested deeper than 40 levels"),
        (b'{"a":' * 100_000, "nested deeper than 40 levels"),
    ],
)
def test_what_omen_never_writes_is_refused_and_never_breaks_the_reader(raw, problem):
    with pytest.raises(NotStrictJson) as caught:
        load_strict(raw)
    assert str(caught.value) == problem


def test_brackets_in_strings_are_no_nesting():
    assert load_strict(json.dumps(["[" * 500, '\\"[' * 500]).encode()) == ["[" * 500, '\\"[' * 500]


def test_a_bom_and_40_levels_are_allowed():
    assert load_strict(b"\xef\xbb\xbf[1]") == [1]
    assert load_strict(b"[" * 40 + b"]" * 40)


def test_numbers_with_a_point_are_decimals_with_the_decimals_they_carry():
    assert str(load_strict(b"[1.50, -0.00, 7]")) == "[Decimal('1.50'), Decimal('-0.00'), 7]"


def test_a_time_needs_its_offset():
    with pytest.raises(ValueError, match="without an offset"):
        rfc3339(datetime.fromisoformat("2026-01-09"))


@pytest.mark.parametrize("text", ['"\\ud800"', '{"a":["\\uDC00x"]}', '{"\\ud800":1}'])
def test_half_of_a_surrogate_pair_is_refused(text):
    with pytest.raises(NotStrictJson, match="surrogate"):
        load_strict(text.encode())


def test_a_whole_surrogate_pair_and_a_backslash_are_text():
    assert load_strict(b'["\\ud83d\\ude00", "\\\\ud800"]') == ["\N{GRINNING FACE}", "\\ud800"]


def test_nesting_is_counted_where_there_are_many_brackets_side_by_side_and_where_they_are_text():
    assert load_strict(b"[" + b"[]," * 100 + b"{}]")
    assert load_strict(b'["' + b"[" * 100 + b'"]')
    with pytest.raises(NotStrictJson, match="nested deeper"):
        load_strict(b"[" * 41 + b"]" * 41)
