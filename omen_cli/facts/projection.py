"""SQL that turns a file's own columns into the canonical ones: trimmed text, exact numbers, local times.

A column of kind number or time comes twice: its value (null where there is none) and `<name>_text`, what the file
says, null where the file says nothing. So what is missing and what is wrong can be told apart.
"""

from collections.abc import Mapping, Sequence

from omen_cli.facts.scan import literal
from omen_cli.model.columns import Column

NUMBER = "DECIMAL(18, 4)"  # every amount of an export: up to 10^14, to a hundredth of a cent
_BLANKS = "' ' || CHR(9) || CHR(10) || CHR(13) || CHR(160)"
_UNKNOWN = "('', 'na', 'n/a', '-', 'null', 'none')"
_GROUPED = r"'[-+]?\s*[$€£]?\s*(\d{1,3}(,\d{3})+|\d+)(\.\d*)?\s*'"
_OFFSET = r"'\d{2}:\d{2}.*(Z|z|[+-]\d{2}(:?\d{2})?)$'"


def project(columns: Sequence[Column], matched: Mapping[str, tuple[str, str] | None], timezone: str) -> list[str]:
    """Return the select list of the canonical columns.

    Args:
        columns: the canonical table.
        matched: for each, the SQL expression and the SQL type of the file's column; None when the file has none.
        timezone: the store's, in which times without an offset are read.
    """
    parts: list[str] = []
    for column in columns:
        expression, kind = matched[column.name] or ("CAST(NULL AS VARCHAR)", "VARCHAR")
        if column.kind == "text":
            parts.append(f"{_text(expression, kind)} AS {column.name}")
        elif column.kind == "flag":
            parts.append(f"{_flag(expression, kind)} AS {column.name}")
        else:
            value = _number(expression, kind) if column.kind == "number" else _time(expression, kind, timezone)
            parts.append(f"{value} AS {column.name}")
            parts.append(f"{_said(expression, kind)} AS {column.name}_text")
    return parts


def _trimmed(expression: str, kind: str) -> str:
    return f"TRIM({expression}, {_BLANKS})" if kind == "VARCHAR" else f"CAST({expression} AS VARCHAR)"


def _text(expression: str, kind: str) -> str:
    return f"NULLIF({_trimmed(expression, kind)}, '')"


def _said(expression: str, kind: str) -> str:
    trimmed = _trimmed(expression, kind)
    return f"CASE WHEN LOWER({trimmed}) NOT IN {_UNKNOWN} THEN {trimmed} END" if kind == "VARCHAR" else trimmed


def _number(expression: str, kind: str) -> str:
    if kind != "VARCHAR":
        return f"TRY_CAST({expression} AS {NUMBER})"
    trimmed = _trimmed(expression, kind)
    bare = f"REGEXP_REPLACE({trimmed}, '[$€£,\\s]', '', 'g')"
    return (
        f"COALESCE(TRY_CAST({expression} AS {NUMBER}), CASE"
        f" WHEN {expression} IS NULL THEN NULL"
        f" WHEN REGEXP_FULL_MATCH({trimmed}, {_GROUPED}) THEN TRY_CAST({bare} AS {NUMBER})"
        f" WHEN UPPER({trimmed}) = 'OUT_OF_STOCK' THEN 0 END)"
    )


def _flag(expression: str, kind: str) -> str:
    lowered = f"LOWER({_trimmed(expression, kind)})"
    return (
        f"CASE WHEN {lowered} IN ('true', 't', 'yes', 'y', '1') THEN TRUE"
        f" WHEN {lowered} IN ('false', 'f', 'no', 'n', '0') THEN FALSE END"
    )


def _time(expression: str, kind: str, timezone: str) -> str:
    zone = literal(timezone)
    if kind in ("TIMESTAMP", "DATE") or kind.startswith("TIMESTAMP_"):
        return f"CAST({expression} AS TIMESTAMP)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"TIMEZONE({zone}, {expression})"
    trimmed = _trimmed(expression, kind)
    return (
        f"CASE WHEN REGEXP_MATCHES({trimmed}, {_OFFSET}) THEN TIMEZONE({zone}, TRY_CAST({trimmed} AS TIMESTAMPTZ))"
        f" ELSE TRY_CAST({trimmed} AS TIMESTAMP) END"
    )
