"""The crontab line and the systemd units by which `omen run` is started every quarter of an hour."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote

SERVICE, TIMER = "omen-run.service", "omen-run.timer"
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+", re.ASCII)

_SERVICE = """\
[Unit]
Description=OMEN: make the snapshots that are due, and send them
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
ExecStart={command}
{credential}# Secrets that stores.yaml takes from the environment, as NAME=VALUE lines, of mode 0600:
#EnvironmentFile=/etc/omen/environment
TimeoutStartSec=6h
UMask=0077

# It may write here and nowhere else. These folders must exist: install -d -m 700 -o USER FOLDER
# (/tmp is where the trace of a bug is kept)
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}

NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
# not MemoryDenyWriteExecute: what draws the charts compiles as it runs
"""

_CREDENTIAL = """\
# The token of an admin, of mode 0600; root reads it, and hands it to omen as a credential:
LoadCredential=omen-token:{path}
"""

_TIMER = """\
[Unit]
Description=OMEN: every quarter of an hour, and at once after an outage

[Timer]
OnCalendar=*:0/15
Persistent=true
AccuracySec=30s

[Install]
WantedBy=timers.target
"""


def cron_line(words: Sequence[str]) -> str:
    """Return the line of a crontab that runs these words; cron reckons in no time zone of ours: omen does."""
    return f"*/15 * * * * {' '.join(map(quote, words))}".replace("%", "\\%")


def systemd_units(
    words: Sequence[str], user: str, writable: Sequence[Path], token_file: Path | None = None
) -> Mapping[str, str]:
    """Return the units by their file names.

    Args:
        words: what is run.
        user: as whom.
        writable: the folders that it may write in, absolute.
        token_file: where systemd finds the token that omen needs, absolute; None where it needs none.
    """
    service = _SERVICE.format(
        user=_escaped(user),
        command=" ".join((_quoted(words[0]), *map(_word, words[1:]))),
        credential="" if token_file is None else _CREDENTIAL.format(path=_escaped(str(token_file))),
        writable=" ".join(_quoted(str(one)) for one in writable),
    )
    return {SERVICE: service, TIMER: _TIMER}


def _word(text: str) -> str:
    """Return a word of a command line, as systemd reads it back: `$` and `%` would mean something else.

    The first word is the program's path: there `$` means itself, and `$$` would be two of them.
    """
    return _quoted(text).replace("$", "$$")


def _quoted(text: str) -> str:
    escaped = _escaped(text)
    if _PLAIN.fullmatch(text):
        return escaped
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
