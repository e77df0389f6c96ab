"""What other programs write into valid JSON, and omen never would: kept as text, so that the rest can be read."""

from decimal import Decimal, DecimalException

MAX_NUMBER_LENGTH = 60


def foreign_float(text: str) -> Decimal | str:
    """Return a number with a point or an exponent; its text where it would be of more than 60 digits."""
    try:
        found = Decimal(text)
    except DecimalException:
        return text
    return text if len(text) > MAX_NUMBER_LENGTH or abs(found.adjusted()) > MAX_NUMBER_LENGTH else found


def foreign_int(text: str) -> int | str:
    """Return a whole number; its text where it is of more than 60 digits."""
    return text if len(text) > MAX_NUMBER_LENGTH else int(text)


def without_halves(value: object) -> object:
    """Return a document in which half of a surrogate pair, which no UTF-8 can say, is written as its escape."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, list):
        return [without_halves(one) for one in value]
    if isinstance(value, dict):
        return {str(without_halves(key)): without_halves(one) for key, one in value.items()}
    return value
