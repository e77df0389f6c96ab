"""Every metric that there is: its name, its kind, its labels, and what it measures. docs/operations.md lists the same.

Counters are counted in the audit, which only grows; what the log tells is a gauge over the day before, since old lines
of the log go.
"""
# size: one table of every metric

from omen_cli.model.metric import Metric

BUILD = Metric("omen_build_info", "gauge", ("version",), "1, with the version of omen.")
STORES = Metric("omen_stores", "gauge", (), "Stores in stores.yaml.")

READABLE = Metric(
    "omen_archive_readable", "gauge", ("store",), "1 when the archive could be read or there is none yet, else 0."
)
WARNINGS = Metric(
    "omen_archive_warnings", "gauge", ("store",), "Things met in reading the index that omen verify explains."
)
SNAPSHOTS = Metric(
    "omen_snapshots",
    "gauge",
    ("store", "timeframe", "status"),
    "Snapshots in the index: ok, held, no_payload, or superseded by a later version.",
)
LAST_GENERATED = Metric(
    "omen_snapshot_last_generated_timestamp_seconds",
    "gauge",
    ("store", "timeframe"),
    "When the snapshot that was made last was made.",
)
OVERDUE = Metric(
    "omen_snapshot_overdue_seconds",
    "gauge",
    ("store", "timeframe"),
    "How long ago the first snapshot was due that is missing since the newest; 0 when none is. Of what has a schedule.",
)
DELIVERIES = Metric(
    "omen_deliveries",
    "gauge",
    ("store", "state"),
    "E-mails, one a snapshot and recipient, by their present state; given_up: queued, and not offered again by itself.",
)
LAST_SENT = Metric(
    "omen_delivery_last_sent_timestamp_seconds", "gauge", ("store",), "When a server last accepted an e-mail."
)
CREATED = Metric(
    "omen_snapshots_created_total",
    "counter",
    ("store", "timeframe"),
    "Snapshots made since the archive began, pruned ones included.",
)
REFUSALS = Metric(
    "omen_refusals_total",
    "counter",
    ("store", "kind"),
    "Calls that were refused: access by its kind, disk when there was too little room.",
)
EVENTS = Metric("omen_audit_events_total", "counter", ("store", "event"), "Lines of the audit by event.")
RATE_LEFT = Metric(
    "omen_rate_limit_left",
    "gauge",
    ("store",),
    "New snapshots that limits.generations_per_hour still allows now; absent without a limit.",
)

ARCHIVE_BYTES = Metric("omen_archive_bytes", "gauge", ("store",), "Bytes of all files of the archive.")
ARCHIVE_FILES = Metric("omen_archive_files", "gauge", ("store",), "Files of the archive.")
FREE_BYTES = Metric("omen_disk_free_bytes", "gauge", ("store",), "Bytes free for omen where the archive lies.")
FREE_INODES = Metric(
    "omen_disk_free_inodes", "gauge", ("store",), "Inodes free where the archive lies; absent without a limit."
)
WARN_FREE_BYTES = Metric("omen_disk_warn_free_bytes", "gauge", (), "Free bytes below which omen warns.")
MIN_FREE_BYTES = Metric("omen_disk_min_free_bytes", "gauge", (), "Free bytes below which omen writes no snapshot.")

COMMANDS = Metric(
    "omen_commands_in_last_day",
    "gauge",
    ("command", "outcome"),
    "Commands of the last 24 hours: ok, or the code of their error.",
)
RESULTS = Metric(
    "omen_results_in_last_day",
    "gauge",
    ("command", "store", "outcome"),
    "Parts of the commands of the last 24 hours by what became of them.",
)
ERRORS = Metric(
    "omen_errors_in_last_day",
    "gauge",
    ("store", "code"),
    "Errors of the last 24 hours, of omen run what stands at every tick; no store where none is meant.",
)
LAST_COMMAND = Metric("omen_command_last_timestamp_seconds", "gauge", ("command",), "When the command last began.")
LAST_SUCCESS = Metric(
    "omen_command_last_success_timestamp_seconds",
    "gauge",
    ("command", "store"),
    "When the command last began that then succeeded for the store; no store: as a whole, of omen verify with --all.",
)
VERIFY_ERRORS = Metric(
    "omen_verify_errors",
    "gauge",
    ("store", "code"),
    "Errors that omen verify met when it last looked through the archive; no store: through what belongs to none.",
)
LAST_DURATION = Metric(
    "omen_command_last_duration_seconds", "gauge", ("command",), "How long the command took that began last."
)
LONGEST_DURATION = Metric(
    "omen_command_longest_duration_seconds", "gauge", ("command",), "The longest that it took in the last 24 hours."
)
LAST_STATUS = Metric("omen_command_last_exit_status", "gauge", ("command",), "Exit status of the one that began last.")
LOG_READABLE = Metric("omen_log_readable", "gauge", (), "1 when the log could be read or there is none yet, else 0.")
LOG_BYTES = Metric("omen_log_bytes", "gauge", (), "Bytes of the log of commands.")
LOG_SKIPPED = Metric(
    "omen_log_skipped_lines", "gauge", (), "Lines of the log that are none of omen's, torn, or of the future."
)
LOG_OLDEST = Metric("omen_log_oldest_timestamp_seconds", "gauge", (), "The time of the oldest line of the log.")
LOG_NEWEST = Metric("omen_log_newest_timestamp_seconds", "gauge", (), "The time of the newest line of the log.")

CATALOGUE = (
    BUILD, STORES,
    READABLE, WARNINGS, SNAPSHOTS, LAST_GENERATED, OVERDUE, DELIVERIES, LAST_SENT, CREATED, REFUSALS, EVENTS, RATE_LEFT,
    ARCHIVE_BYTES, ARCHIVE_FILES, FREE_BYTES, FREE_INODES, WARN_FREE_BYTES, MIN_FREE_BYTES,
    COMMANDS, RESULTS, ERRORS, LAST_COMMAND, LAST_SUCCESS, VERIFY_ERRORS, LAST_DURATION, LONGEST_DURATION, LAST_STATUS,
    LOG_READABLE, LOG_BYTES, LOG_SKIPPED, LOG_OLDEST, LOG_NEWEST,
)  # fmt: skip
