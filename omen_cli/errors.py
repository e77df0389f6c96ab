"""Every error that omen raises on purpose, with its code, its exit status and its HTTP-like status.

A message reads *thing: what is wrong*; the hint says what to do. The exit status tells cron what to do next; the
table stands in README.md and in `omen --help`, and tests hold them equal to these classes.
"""


class OmenError(Exception):
    """Something that an operator can act on; never raised itself, only its subclasses."""

    code: str
    exit_status: int
    http_status: int | None

    def __init__(self, message: str, *, hint: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details


class CheckFailed(OmenError):
    """The answer is no: a check found something, or some store of many failed."""

    code, exit_status, http_status = "check_failed", 1, None


class AlreadyExists(CheckFailed):
    """`--if-exists fail` met a snapshot that is already there."""

    code = "already_exists"


class OutputFailed(CheckFailed):
    """The answer could not be written, to stdout or to the file named for it: the work is done, nobody has it."""

    code = "output_failed"


class InvalidArgument(OmenError):
    """The call is wrong."""

    code, exit_status, http_status = "invalid_argument", 2, 400


class ConfigInvalid(OmenError):
    """stores.yaml is missing or wrong; every problem is in the message."""

    code, exit_status, http_status = "config_invalid", 3, None


class SourceInvalid(OmenError):
    """An export is missing, unreadable or not what it should be; nothing was written."""

    code, exit_status, http_status = "source_invalid", 4, 422


class NotFound(OmenError):
    """No such store or snapshot."""

    code, exit_status, http_status = "not_found", 5, 404


class Busy(OmenError):
    """Another omen holds the lock: try again later."""

    code, exit_status, http_status = "busy", 6, 423


class ArchiveDamaged(OmenError):
    """Data on disk is lost, or not ours to touch: stop."""

    code, exit_status, http_status = "archive_damaged", 7, 500


class DataLost(ArchiveDamaged):
    """A verification found data that no repair brings back."""

    code = "data_lost"


class DeliveryFailed(OmenError):
    """The snapshot is safe, and not delivered: send it again."""

    code, exit_status, http_status = "delivery_failed", 8, 502


class DeliveryUnknown(DeliveryFailed):
    """Nobody knows whether a message arrived: a person must say."""

    code = "delivery_unknown"


class Unauthenticated(OmenError):
    """No token, or one that is bad or has expired."""

    code, exit_status, http_status = "unauthenticated", 9, 401


class Forbidden(OmenError):
    """The snapshot or store belongs to somebody else, or the role is not enough.

    `between` is, of an attempt to cross between stores, in which store's name and for which it was made: None for all,
    "" for one that is not there. It is for the alarm, and never answered: the caller is not to learn what there is.
    """

    code, exit_status, http_status = "forbidden", 10, 403

    def __init__(
        self, message: str, *, hint: str = "", between: tuple[str, str | None] | None = None, **details: object
    ) -> None:
        super().__init__(message, hint=hint, **details)
        self.between = between


class RateLimited(OmenError):
    """The store made as many snapshots within an hour as `limits.generations_per_hour` allows."""

    code, exit_status, http_status = "rate_limited", 11, 429


class InsufficientStorage(OmenError):
    """The disk has less room than `disk.min_free_gb`, or no inodes: nothing was written."""

    code, exit_status, http_status = "insufficient_storage", 12, 507


class Held(OmenError):
    """The snapshot looked wrong when it was made, was kept, and is not sent."""

    code, exit_status, http_status = "held", 13, 409


class Interrupted(OmenError):
    """SIGTERM arrived; its code and status stand here, the signal itself arrives as KeyboardInterrupt, like ^C."""

    code, exit_status, http_status = "interrupted", 143, None


class Internal(OmenError):
    """A bug of ours: a trace is kept, its path is in the message."""

    code, exit_status, http_status = "internal", 70, 500
