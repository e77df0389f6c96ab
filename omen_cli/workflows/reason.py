"""A reason in a person's words: the audit, a snapshot and a message keep it, so it is one short line of text."""

from omen_cli.errors import InvalidArgument

MAX_REASON = 300


def require_line(reason: str | None) -> None:
    """Refuse what is no line of text; None is nothing to refuse.

    Raises:
        InvalidArgument: it is too long, or holds what cannot be printed.
    """
    if reason is not None and (len(reason) > MAX_REASON or not reason.isprintable()):
        raise InvalidArgument(
            f"--reason: not one line of at most {MAX_REASON} printable characters", hint="say it shorter, on one line"
        )
