"""Ids become paths: only what is one to the letter passes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.ids import TIMEFRAMES, SnapshotId, is_store_id, parse_snapshot_id

GOOD = "snapshot_weekly_2026-01-09_1768013990884_a098d716"
END_MS = 253370764800000  # the year 9999 begins


@pytest.mark.parametrize("text", ["NJWeedWizard", "abc", "0-_", "a" * 50, "9zz"])
def test_a_store_id_is_3_to_50_ascii_letters_digits_underscores_and_hyphens(text):
    assert is_store_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "ab", "a" * 51, "-abc", "_abc", ".abc", "a.b", "a/b", "..", "a b", "abc\n", "\nabc", "äbc", "abc\0", "ａｂｃ", "٠١٢", "a\\bc", "abc/../x", "%2e%2e"],
)  # fmt: skip
def test_anything_else_is_none(text):
    assert not is_store_id(text)


def test_a_snapshot_id_is_read_into_its_parts_and_written_back():
    parsed = parse_snapshot_id(GOOD)
    assert parsed == SnapshotId("weekly", date(2026, 1, 9), 1768013990884, "a098d716")
    assert str(parsed) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "", GOOD + "\n", " " + GOOD, GOOD + ".json", GOOD.upper(), GOOD.replace("weekly", "yearly"), GOOD.replace("2026-01-09", "2026-02-30"),
        GOOD.replace("a098d716", "a098d71"), GOOD.replace("a098d716", "a098d7160"), GOOD.replace("a098d716", "A098D716"),
        GOOD.replace("1768013990884", "01768013990884"), GOOD.replace("1768013990884", "1" * 16), GOOD.replace("1768013990884", "-1"),
        GOOD.replace("2026", "２０２６"), GOOD.replace("1768013990884", "١"), "../" + GOOD, GOOD.replace("_", "-"), GOOD.replace("2026-01-09", "20260109"),
    ],
)  # fmt: skip
def test_what_is_not_a_snapshot_id_to_the_letter_is_none(text):
    assert parse_snapshot_id(text) is None


@pytest.mark.parametrize("epoch_ms", [END_MS, 253402300800000, 999999999999999])
def test_a_time_that_no_calendar_has_names_no_snapshot(epoch_ms):
    assert parse_snapshot_id(GOOD.replace("1768013990884", str(epoch_ms))) is None
    assert parse_snapshot_id(GOOD.replace("1768013990884", str(END_MS - 1)))


@given(
    st.sampled_from(TIMEFRAMES),
    st.dates(),
    st.integers(0, END_MS - 1),
    st.text("0123456789abcdef", min_size=8, max_size=8),
)
def test_every_id_that_is_written_is_read_back(timeframe, day, epoch_ms, hash8):
    made = SnapshotId(timeframe, day, epoch_ms, hash8)
    assert parse_snapshot_id(str(made)) == made


@given(st.text())
def test_no_text_breaks_the_reader(text):
    assert parse_snapshot_id(text) is None or str(parse_snapshot_id(text)) == text


def test_newest_means_the_greatest_as_of_date_within_a_timeframe():
    early, late = SnapshotId("daily", date(2026, 1, 8), 9, "f" * 8), SnapshotId("daily", date(2026, 1, 9), 1, "0" * 8)
    assert max(early, late) == late
