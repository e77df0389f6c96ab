"""A number with its noun, singular where it is one."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 loss` or `2 losses`; without `many` the plural of `one` is made with an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
