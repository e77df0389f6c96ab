"""Whether a snapshot is kept back from sending because its input looks broken. Source: docs/kpis.md, "holds"."""

from omen_cli.model.facts import Facts
from omen_cli.model.snapshot import Hold

SET_ASIDE_MAX_PCT = 5


def decide_hold(facts: Facts) -> Hold:
    """Return the hold: held when more than 5 % of a table's rows were set aside, with a reason for each table."""
    reasons = tuple(
        f"{rows.set_aside} of {rows.read} rows of {role} were set aside, more than {SET_ASIDE_MAX_PCT} %"
        for role, rows in facts.rows.items()
        if rows.set_aside * 100 > rows.read * SET_ASIDE_MAX_PCT
    )
    return Hold(held=bool(reasons), reasons=reasons)
