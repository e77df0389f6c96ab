"""Order lines that may stand twice: that none does is proved by hashes, what remains is compared by what it says."""

from pathlib import Path

import pytest

from omen_cli.facts.engine import open_engine, sql_text
from tests.unit.exports import ORDERS, Exports


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def doubtful(exports: Exports, *files: str) -> tuple[object, ...]:
    """Return units, gross, and how many lines overlap, repeat and differ, of orders in so many files."""
    for number, lines in enumerate(files):
        exports.write(f"o{number}.csv", ORDERS + lines)
    facts = exports.facts(None, "o*.csv")
    assert facts.orders
    observed = facts.orders.observed
    return observed.units, observed.gross, facts.overlapping_lines, facts.repeated_lines, facts.conflicting_lines


def test_a_line_id_counts_once_in_whichever_files_and_spellings_it_stands(exports: Exports):
    assert doubtful(exports, "1,2026-01-09,A,1,10,,,7\n", " 1 ,2026-01-09,A,1,10,,,7\n") == (1, 10, 0, 1, 0)


def test_the_latest_of_lines_that_differ_counts_though_the_others_fall_into_other_windows(exports: Exports):
    lines = "1,2025-12-30,A,5,10,,,7\n1,2026-01-08,A,1,10,,,7\n1,2019-01-01,A,9,10,,,7\n2,2026-01-09,B,1,1,,,1\n"
    assert doubtful(exports, lines) == (2, 11, 0, 2, 2)


def test_a_void_line_takes_all_its_lines_with_it_in_any_file_and_no_other(exports: Exports):
    sold = "1,2026-01-09,A,1,10,,paid,7\n1,2026-01-09,A,2,10,,paid,8\n"
    assert doubtful(exports, sold, "1,2026-01-10,A,1,10,,VOID,7\n") == (2, 20, 0, 0, 0)


def test_a_draft_takes_nothing_with_it(exports: Exports):
    assert doubtful(exports, "1,2026-01-09,A,1,10,,paid,7\n1,2026-01-09,A,1,10,,draft,7\n") == (1, 10, 0, 0, 0)


def test_lines_without_an_id_all_count_and_are_doubtful_only_in_two_files(exports: Exports):
    line = "1,2026-01-09,A,1,10,,,\n"
    assert doubtful(exports, line * 3) == (3, 30, 0, 0, 0)
    assert doubtful(exports, line * 3, line * 2) == (5, 50, 2, 0, 0)
    assert doubtful(exports, line, "1,2026-01-09,A,1,10,0.01,,\n") == (2, 20, 0, 0, 0)


def test_an_id_that_was_set_aside_once_is_no_repetition(exports: Exports):
    assert doubtful(exports, "1,2026-01-09,A,1,10,,,7\n1,2026-01-09,A,x,10,,,7\n") == (1, 10, 0, 0, 0)


def test_lines_that_share_a_hash_by_chance_are_told_apart():
    rows = "(TRUE, 1, 0), (TRUE, 1, 0), (TRUE, 2, 0), (FALSE, 3, 0), (FALSE, 3, 0), (FALSE, 4, 0), (FALSE, 4, 1)"
    with open_engine(1) as engine:
        engine.run(f"CREATE TEMP TABLE orders_rows AS SELECT * FROM (VALUES {rows}) AS r (has_line_id, key, file_no)")
        shared = {str(key) for key, _ in engine.rows(sql_text("shared_keys"))}
        assert shared == {"1", "4"}
        line = "TIMESTAMP '2026-01-09' AS ordered_at, 'A' AS sku, '' AS unit, 1 AS quantity, 1 AS unit_price, 0 AS discount"
        engine.run(
            f"CREATE TEMP TABLE doubtful_rows AS SELECT order_id, '1' AS line_id, CAST(NULL AS VARCHAR) AS reason,"
            f" FALSE AS is_final, {line} FROM (VALUES ('a'), ('b')) AS r (order_id)"  # of one hash
        )
        assert sorted(row[0] for row in engine.rows(sql_text("chosen_lines"))) == ["a", "b"]
        assert engine.rows(sql_text("repeated")) == [(0, 0)]
