"""Counts order lines that may or do stand twice; it speaks of files, so none of it enters the content."""

from typing import cast

from omen_cli.facts.engine import Engine, sql_text


def count_doubtful_lines(engine: Engine) -> dict[str, int]:
    """Return how many lines may or do stand twice, under the names of `Facts`."""
    ((overlapping,),) = engine.rows(sql_text("overlap"))
    ((repeated, conflicting),) = engine.rows(sql_text("repeated"))
    counts = {"overlapping_lines": overlapping, "repeated_lines": repeated, "conflicting_lines": conflicting}
    return cast("dict[str, int]", counts)
