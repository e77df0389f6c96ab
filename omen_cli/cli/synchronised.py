"""Whether the kernel takes its clock for synchronised: asked without rights, and without changing anything."""

_ROOM_BYTES = 1024  # struct timex has 208 bytes on Linux; all zeroes asks, and sets nothing
_UNSYNCHRONISED = 5
_KNOWN = frozenset(range(_UNSYNCHRONISED))


def is_synchronised() -> bool | None:
    """Tell whether something keeps the clock right; None where that cannot be known."""
    import ctypes  # no other command pays for it

    try:
        found = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ROOM_BYTES))
    except (OSError, AttributeError, TypeError):
        return None
    return True if found in _KNOWN else False if found == _UNSYNCHRONISED else None
