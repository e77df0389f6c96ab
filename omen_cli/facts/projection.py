"""SQL that turns a file's own columns into the canonical ones: trimmed text, exact numbers, local times.

A column of kind number or time comes three times: its value (null where there is none), `<name>_text`, what the file
says, null where the file says nothing, and `<name>_said`, whether it says something, which costs less. So what is
missing and what is wrong can be told apart.

Most fields of most exports are plain: a cheap test passes them, and they are neither trimmed nor matched again.
"""

from collections.abc import Mapping, Sequence

from omen_cli.facts.relation import literal
from omen_cli.model.columns import Column

NUMBER = "DECIMAL(18, 4)"  # every amount of an export: up to 10^14, to a hundredth of a cent
_FLOATS = ("DOUBLE", "FLOAT")
_LOCAL_TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS")  # TIMESTAMP_NS would be rounded, into the next day
_BLANKS = "' ' || CHR(9) || CHR(10) || CHR(13) || CHR(160) || CHR(8203) || CHR(65279)"
_UNKNOWN = "('', 'na', 'n/a')", "('-', 'null', 'none')"  # short: a long list is joined, for every row
_PLAIN = r"'[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?'"
_DIGITS = r"'\d+(\.\d+)?'"  # most are: so no need to trim them first
_GROUPED = r"\s*(\d{1,3}(,\d{3})+|\d+)(\.\d*)?\s*"
_COUNTS = ("on_hand", "quantity")
_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_CLOCK = r"[T ] *\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_LOCAL = f"'{_DAY}({_CLOCK})?'"
_OFFSET = r"[+-](?:0\d|1[0-4])(?::?[0-5]\d)?"
_ZONED = f"'{_DAY}{_CLOCK}(?:Z|{_OFFSET})'"
_LOOSELY_ZONED = f"'({_DAY}{_CLOCK}) *(z|Z|UTC|GMT|{_OFFSET})'"
_FIRST_ZONED, _LAST_ZONED = "TIMESTAMPTZ '1900-01-01 00:00:00+00'", "TIMESTAMPTZ '2200-01-01 00:00:00+00'"


def project(
    columns: Sequence[Column], matched: Mapping[str, tuple[str, str] | None], timezone: str, currency_sign: str
) -> list[str]:
    """Return the select list of the canonical columns.

    Args:
        columns: the canonical table.
        matched: for each, the SQL expression and the SQL type of the file's column; None when the file has none.
        timezone: the store's, in which times without an offset are read.
        currency_sign: the one that may stand before an amount of money; another one makes it no number.
    """
    parts: list[str] = []
    for column in columns:
        expression, kind = matched[column.name] or ("CAST(NULL AS VARCHAR)", "VARCHAR")
        if column.kind == "text":
            parts.append(f"{_text(expression, kind)} AS {column.name}")
        elif column.kind == "flag":
            parts.append(f"{_flag(expression, kind)} AS {column.name}")
        else:
            sign = "" if column.name in _COUNTS else currency_sign
            value = _number(expression, kind, sign) if column.kind == "number" else _time(expression, kind, timezone)
            if column.name == "on_hand":
                value = f"CASE WHEN UPPER({trimmed(expression, kind)}) = 'OUT_OF_STOCK' THEN 0 ELSE {value} END"
            parts.append(f"{value} AS {column.name}")
            parts.append(f"{_is_said(expression, kind)} AS {column.name}_said")
            parts.append(f"{_said(expression, kind)} AS {column.name}_text")
    return parts


def trimmed(expression: str, kind: str) -> str:
    """Return the SQL of a value as text, without the blanks around it."""
    if kind in _FLOATS:  # an id among floats is 1001, not 1001.0
        return f"REGEXP_REPLACE(CAST({expression} AS VARCHAR), '\\.0$', '')"
    return f"TRIM({expression}, {_BLANKS})" if kind == "VARCHAR" else f"CAST({expression} AS VARCHAR)"


def _text(expression: str, kind: str) -> str:
    """Return the SQL of a text; one that begins and ends with an ASCII character that is no blank needs no trimming."""
    text = f"NULLIF({trimmed(expression, kind)}, '')"
    if kind != "VARCHAR":
        return text
    is_bare = f"{expression} BETWEEN '!' AND '~' AND RIGHT({expression}, 1) BETWEEN '!' AND '~'"
    return f"CASE WHEN {is_bare} THEN {expression} ELSE {text} END"


def _said(expression: str, kind: str) -> str:
    said = trimmed(expression, kind)
    if kind != "VARCHAR":
        return said
    is_known = " AND ".join(f"LOWER({said}) NOT IN {unknown}" for unknown in _UNKNOWN)
    return f"CASE WHEN {is_known} THEN {said} END"


def _is_said(expression: str, kind: str) -> str:
    if kind != "VARCHAR":
        return f"{expression} IS NOT NULL"
    is_digit = f"{expression} >= '0' AND {expression} < ':'"
    return f"CASE WHEN {is_digit} THEN TRUE ELSE ({_said(expression, kind)}) IS NOT NULL END"


def _number(expression: str, kind: str, sign: str) -> str:
    """Return the SQL of an amount: plain, or with the currency sign and commas between thousands."""
    if kind != "VARCHAR":
        return f"TRY_CAST({expression} AS {NUMBER})"
    said = trimmed(expression, kind)
    value = f"TRY_CAST({expression} AS {NUMBER})"
    bare = f"REGEXP_REPLACE({said}, '[{sign},\\s]', '', 'g')"
    grouped = f"'[-+]?\\s*[{sign}]?{_GROUPED}'" if sign else f"'[-+]?{_GROUPED}'"
    return (
        f"CASE WHEN REGEXP_FULL_MATCH({expression}, {_DIGITS}) THEN {value}"
        f" WHEN REGEXP_FULL_MATCH({said}, {_PLAIN}) THEN TRY_CAST({said} AS {NUMBER})"
        f" WHEN REGEXP_FULL_MATCH({said}, {grouped}) THEN TRY_CAST({bare} AS {NUMBER}) END"
    )


def _flag(expression: str, kind: str) -> str:
    lowered = f"LOWER({trimmed(expression, kind)})"
    return (
        f"CASE WHEN {lowered} IN ('true', 't', 'yes', 'y', '1') THEN TRUE"
        f" WHEN {lowered} IN ('false', 'f', 'no', 'n', '0') THEN FALSE END"
    )


def _time(expression: str, kind: str, timezone: str) -> str:
    """Return the SQL of a time local to the store; what is not written as one of the known forms is none.

    The database alone would read `02:30 PM` as 02:30, and pass over the name of a zone. A typed time that no calendar
    converts is infinitely late.
    """
    zone = literal(timezone)
    if kind in _LOCAL_TIMES:
        return f"TRY_CAST({expression} AS TIMESTAMP)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return (
            f"CASE WHEN {expression} >= {_FIRST_ZONED} AND {expression} < {_LAST_ZONED}"
            f" THEN TIMEZONE({zone}, {expression}) WHEN {expression} IS NOT NULL THEN TIMESTAMP 'infinity' END"
        )
    said = trimmed(expression, kind)
    bare = expression if kind == "VARCHAR" else said
    clock, offset = (f"REGEXP_EXTRACT({said}, {_LOOSELY_ZONED}, {group})" for group in (1, 2))
    rewritten = f"{clock} || REGEXP_REPLACE({offset}, 'z|Z|UTC|GMT', '+00')"
    return (
        f"CASE WHEN REGEXP_FULL_MATCH({bare}, {_ZONED})"
        f" THEN TIMEZONE({zone}, TRY_CAST({bare} AS TIMESTAMPTZ))"
        f" WHEN REGEXP_FULL_MATCH({bare}, {_LOCAL}) THEN TRY_CAST({bare} AS TIMESTAMP)"
        f" WHEN REGEXP_FULL_MATCH({said}, {_ZONED}) THEN TIMEZONE({zone}, TRY_CAST({said} AS TIMESTAMPTZ))"
        f" WHEN REGEXP_FULL_MATCH({said}, {_LOCAL}) THEN TRY_CAST({said} AS TIMESTAMP)"
        f" WHEN REGEXP_FULL_MATCH({said}, {_LOOSELY_ZONED})"
        f" THEN TIMEZONE({zone}, TRY_CAST({rewritten} AS TIMESTAMPTZ)) END"
    )
