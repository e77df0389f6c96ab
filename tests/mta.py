"""A real mail server: Debian's Postfix with its configuration, queue and mailbox in one folder, on a loopback port.

The machine's own mail system is not touched. Every address of every domain is delivered into one maildir, and nothing
leaves; `nobody@store.example` is refused for good, `later@store.example` for now.
"""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

ADDRESS, REFUSED, DEFERRED = "owner@store.example", "nobody@store.example", "later@store.example"
_POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
_DAEMONS = Path("/usr/lib/postfix/sbin")
_TRACE = re.compile(rb"\A(?:(?:Return-Path|X-Original-To|Delivered-To|Received):[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.omen.example
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
alias_database =
default_transport = error:nothing leaves
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/server.pem
smtpd_tls_key_file = {folder}/server.pem
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{nobody@store.example=550 5.1.1 unknown}}, {{later@store.example=450 4.2.0 try later}} }}, permit_mynetworks, reject
virtual_mailbox_domains = static:all
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """Return what the machine lacks for it; "" when it can run."""
    if _POSTFIX is None or not _DAEMONS.is_dir():
        return "needs Debian's postfix"
    return "" if os.geteuid() == 0 else "needs root, which postfix's master insists on"


class Mta:
    """The server: `port` on 127.0.0.1, plain or with STARTTLS, whose certificate's authority is in `ca_file`."""

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        """Prepare it in a folder, which users other than root must be able to enter."""
        self.folder = folder
        self.port = free_port()
        self.ca_file = folder / "ca.pem"
        self._new = folder / "mail" / "box" / "new"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        owner = pwd.getpwnam("postfix")
        for name in ("conf", "queue", "data", "mail"):
            (self.folder / name).mkdir(mode=0o755)
        for name in ("data", "mail"):
            os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca_file)
        authority.issue_cert(self.host).private_key_and_cert_chain_pem.write_to_path(self.folder / "server.pem")
        (self.folder / "server.pem").chmod(0o600)
        main = _MAIN.format(folder=self.folder, daemons=_DAEMONS, uid=owner.pw_uid, gid=owner.pw_gid)
        (self.folder / "conf" / "main.cf").write_text(main, "utf-8")
        (self.folder / "conf" / "master.cf").write_text(_MASTER.format(port=self.port), "utf-8")
        self._run("start")
        _wait_for(self._listens, 20, self.log)

    def stop(self) -> None:
        """Stop it; what it was doing is not waited for."""
        self._run("abort")

    def messages(self, count: int, wait_s: float = 20) -> list[bytes]:
        """Wait for so many messages and return them in the order of their bytes, as they were sent but for trace headers.

        A maildir has LF where the wire had CRLF: that is undone. Each call forgets what it returned.
        """
        _wait_for(lambda: len(self._files()) >= count, wait_s, self.log)
        files = self._files()
        raw = sorted(_TRACE.sub(b"", path.read_bytes()).replace(b"\n", b"\r\n") for path in files)
        for path in files:
            path.unlink()
        return raw

    def log(self) -> str:
        """Return what it has to say for itself."""
        path = self.folder / "maillog"
        return path.read_text("utf-8", "replace") if path.exists() else "it has no log"

    def _files(self) -> list[Path]:
        return list(self._new.iterdir()) if self._new.is_dir() else []

    def _listens(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=5) as line:
                return line.recv(3) == b"220"
        except OSError:
            return False

    def _run(self, what: str) -> None:
        command = [str(_POSTFIX), "-c", str(self.folder / "conf"), what]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, f"postfix {what}: {run.stderr}{self.log()}"


@contextmanager
def running() -> Iterator[Mta]:
    """Run one in a folder of its own, for the time of a `with`; ask `missing()` first."""
    folder = Path(tempfile.mkdtemp(prefix="omen-mta-"))  # pytest's own folders let nobody but root in
    folder.chmod(0o711)
    server = Mta(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def _wait_for(holds, wait_s: float, log) -> None:
    until = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < until, log()
        time.sleep(0.05)
