"""What other programs write into valid JSON is read: as text where omen has no value for it."""

from decimal import Decimal

import pytest

from omen_cli.model.canonical import NotStrictJson, dump_canonical, load_strict


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"1e-7", Decimal("1e-7")),
        (b"1e300", "1e300"),
        (b"-1E-999999999999999999999", "-1E-999999999999999999999"),
        (b"1" + b"0" * 80, "1" + "0" * 80),
        (b'"\\ud83d"', "\\ud83d"),
        (b'{"\\udc00":["\\ud83d x"]}', {"\\udc00": ["\\ud83d x"]}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_a_foreign_value_is_read_and_can_be_written(raw, value):
    assert load_strict(raw, is_foreign=True) == value
    assert dump_canonical(load_strict(raw, is_foreign=True))


@pytest.mark.parametrize("raw", [b"1e300", b"1e-7", b"1" + b"0" * 80, b'"\\ud83d"'])
def test_of_omen_itself_it_is_refused(raw):
    with pytest.raises(NotStrictJson):
        load_strict(raw)


@pytest.mark.parametrize("raw", [b"NaN", b"-Infinity", b'{"a":1,"a":2}', b"[" * 41 + b"]" * 41])
def test_what_is_no_json_or_may_be_read_in_two_ways_is_refused_of_everybody(raw):
    with pytest.raises(NotStrictJson):
        load_strict(raw, is_foreign=True)


def test_a_text_without_an_end_and_a_key_among_many_are_refused_in_no_time():
    for raw in (b'"' + b'\\"' * 1_000_000, b"{" + b",".join(b'"%d":1' % n for n in (*range(300_000), 299_999)) + b"}"):
        with pytest.raises(NotStrictJson):
            load_strict(raw)
