"""`omen doctor --mail`: every step to the server's word that it would take a message, and what to do where it ends."""

import os
import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.cli.stores import CALI, NJ, configure, whole_tree
from tests.delivery.servers import PASSWORD, USER, smtp_server
from tests.guards import REPO

NOW = datetime.now(UTC)
LOGIN = quote(USER, safe="")
TO_MAIL = ["name", "connection", "ehlo", "tls", "login", "sender"]


@pytest.fixture
def doctor(two_stores, omen, tmp_path):
    """`doctor(url, *more, lines)`: run it with that mail.url, a password file, and a sender."""
    (tmp_path / "secret").write_text(f"{PASSWORD}\n", "utf-8")
    (tmp_path / "secret").chmod(0o600)

    def run(url: str, *more: str, lines: str = "", sender: str = "OMEN <reports@omen-shop.com>"):
        mail = f"mail:\n  url: {url}\n  from: {sender}\n{lines}"
        text = two_stores.config.read_text("utf-8").partition("\n# mail\n")[0]
        two_stores.config.write_text(f"{text}\n# mail\n{mail}", "utf-8")
        return omen("doctor", "--mail", *more, now=NOW)

    return run


def with_login(ca) -> str:
    """Return the lines of `mail:` that a server with a login and a private authority needs."""
    return f"  password_file: secret\n  ca_file: {ca.ca_file}\n  list_unsubscribe: mailto:stop@omen-shop.com\n"


def outcomes(checks) -> dict[str, str]:
    """Return each step with its outcome."""
    return {check["step"]: check["outcome"] for check in checks}


def test_all_is_well_with_a_server_that_takes_the_login(doctor, ca):
    with smtp_server(starttls=ca.context(), has_login=True) as server:
        run = doctor(f"smtp+starttls://{LOGIN}@127.0.0.1:{server.port}", "--json", lines=with_login(ca))

    assert run.code == 0, run.err
    checks = run.data["checks"]
    assert set(outcomes(checks).values()) == {"ok"}
    assert [check["step"] for check in checks] == [
        "url", "password", "from", "list_unsubscribe", "name", "connection", "banner", "ehlo", "tls", "login", "sender",
        f"recipients of {NJ}", f"recipients of {CALI}",
    ]  # fmt: skip
    found = {check["step"]: check["found"] for check in checks}
    assert found["url"] == f"smtp+starttls to 127.0.0.1:{server.port}, with a login"
    assert "SIZE" in found["ehlo"]
    assert "STARTTLS" in found["ehlo"]
    assert found["tls"].startswith("TLSv1.3, certificate of 127.0.0.1 verified, 80 days left; then SIZE")
    assert "AUTH CRAM-MD5 LOGIN PLAIN" in found["tls"]
    assert found["sender"] == "reports@omen-shop.com may send; no message was sent"
    assert (server.messages, server.logins) == ([], ["PLAIN"])


def test_the_lines_say_outcome_step_and_what_was_found(doctor, ca):
    with smtp_server(tls=ca.context()) as server:
        run = doctor(f"smtps://127.0.0.1:{server.port}", lines=f"  ca_file: {ca.ca_file}\n")

    lines = run.out.splitlines()
    assert (run.code, run.err) == (0, "")
    assert lines[0] == f"ok         url: smtps to 127.0.0.1:{server.port}, without a login"
    at = lines.index("warning    list_unsubscribe: not set")
    assert lines[at + 1].startswith("           set mail.list_unsubscribe to mailto:")
    assert "ok         recipients of NJWeedWizard: 1 recipient: owner@njweedwizard.example" in lines
    assert lines[-1].startswith("SPF and DKIM are the relay's job")


def test_nothing_is_said_when_all_is_well_and_that_is_asked_for(doctor):
    run = doctor("file:outbox", "--quiet")
    assert (run.code, run.out, run.err) == (0, "", "")


@pytest.mark.parametrize(
    ("days", "outcome", "said"), [(13, "warning", "13 days left"), (14, "ok", "14 days left"), (1, "warning", "1 day left")]
)  # fmt: skip
def test_a_certificate_that_ends_soon_is_a_warning(doctor, ca, days, outcome, said):
    expires = NOW + timedelta(days=days, minutes=5)
    with smtp_server(tls=ca.context(expires=expires)) as server:
        run = doctor(f"smtps://127.0.0.1:{server.port}", "--json", lines=f"  ca_file: {ca.ca_file}\n")

    (tls,) = [check for check in run.data["checks"] if check["step"] == "tls"]
    assert (run.code, tls["outcome"]) == (0, outcome)
    assert said in tls["found"]
    assert tls["fix"] == (f"renew the certificate before {expires:%Y-%m-%d}" if outcome == "warning" else "")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_behind_a_step_that_failed_none_is_tried(doctor, ca, form):
    with smtp_server(tls=ca.context("mail.other.example"), has_login=True) as server:
        run = doctor(f"smtps://{LOGIN}@127.0.0.1:{server.port}", *form, lines=with_login(ca))

    assert run.code == 8
    assert "omen: tls: 127.0.0.1:" in run.err
    assert "  use the name that the certificate has, or name its authority in mail.ca_file" in run.err
    assert server.logins == []
    if form:
        error = run.json["error"]
        assert (error["code"], error["status"]) == ("delivery_failed", 502)
        found = outcomes(error["checks"])
        assert (found["connection"], found["tls"]) == ("ok", "failed")
        assert {found[step] for step in ("banner", "ehlo", "login", "sender")} == {"not tried"}
        assert found[f"recipients of {NJ}"] == "ok"
    else:
        assert "failed     tls: " in run.out
        assert "not tried  login: an earlier step failed" in run.out


def test_a_wrong_password_is_told_from_a_wrong_sender(doctor, ca, tmp_path):
    (tmp_path / "secret").write_text("wr0ng")
    with smtp_server(starttls=ca.context(), has_login=True) as server:
        run = doctor(f"smtp+starttls://{LOGIN}@127.0.0.1:{server.port}", "--json", lines=with_login(ca))
    found = outcomes(run.json["error"]["checks"])
    assert (run.code, found["login"], found["sender"]) == (8, "failed", "not tried")
    assert run.json["error"]["hint"] == "check the user in mail.url and the password"


@pytest.mark.parametrize(
    ("phase", "step", "fix"),
    [("banner", "banner", "ask who runs the server"), ("ehlo", "ehlo", "ask who runs the server"), ("starttls", "tls", "smtps://"),
     ("auth", "login", "check the user"), ("mail", "sender", "whether mail.from may be used there")],
)  # fmt: skip
def test_each_refusal_of_the_server_is_its_own_step_with_what_to_do(doctor, ca, misbehaving, phase, step, fix):
    misbehaving.plan(phase, "550", "starttls")
    run = doctor(f"smtp+starttls://{LOGIN}@127.0.0.1:{misbehaving.port}", "--json", lines=with_login(ca))

    (failed,) = [check for check in run.json["error"]["checks"] if check["outcome"] == "failed"]
    assert (run.code, failed["step"]) == (8, step)
    assert "550 5.7.1 refused" in failed["found"]
    assert fix in failed["fix"]


def test_the_doctor_offers_no_message(doctor, ca, misbehaving):
    misbehaving.plan("quit", "good", "starttls")
    misbehaving.commands.clear()
    assert doctor(f"smtp+starttls://{LOGIN}@127.0.0.1:{misbehaving.port}", lines=with_login(ca)).code == 0
    misbehaving.settle()
    said = [line.split()[0].upper() for line in misbehaving.commands]
    assert said == [b"EHLO", b"STARTTLS", b"EHLO", b"AUTH", b"MAIL", b"RSET", b"QUIT"]


def test_a_port_where_nobody_listens_and_a_name_that_is_none_are_told_apart(doctor):
    run = doctor("smtp://127.0.0.1:1", "--json")
    assert outcomes(run.json["error"]["checks"])["connection"] == "failed"
    assert "Connection refused" in run.json["error"]["message"]
    run = doctor("smtp://127.0.0.1%25nowhere:25", "--json", lines="  allow_plaintext: true\n")
    assert outcomes(run.json["error"]["checks"])["name"] == "failed"


def test_a_host_that_no_name_server_knows_is_said_by_the_real_command(two_stores):
    """In a process of its own: in this one the guards keep every look-up from leaving."""
    configure(two_stores, "stores:\n", "mail: {url: 'smtps://mail.omen.invalid', from: a@omen-shop.com}\nstores:\n")
    command = [sys.executable, "-m", "omen_cli", "doctor", "--mail"]
    run = subprocess.run(
        command,
        cwd=two_stores.config.parent,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 8
    assert "failed     name: mail.omen.invalid: " in run.stdout
    assert "  correct the host in mail.url" in run.stderr


# --- what can be seen without a server -------------------------------------------------------------------------------


def test_a_folder_is_looked_at_and_not_made_and_nothing_leaves(doctor, two_stores):
    before = whole_tree(two_stores.config.parent)
    run = doctor("file:outbox", "--json")
    after = whole_tree(two_stores.config.parent)

    found = {check["step"]: check for check in run.data["checks"]}
    assert run.code == 0
    assert found["url"]["outcome"] == "warning"
    assert "nothing leaves this machine" in found["url"]["found"]
    assert (found["folder"]["outcome"], found["folder"]["found"]) == ("ok", "can be made")
    assert set(found).isdisjoint(TO_MAIL)
    assert after.keys() == before.keys()


@pytest.mark.parametrize(
    ("url", "step", "said"),
    [("file:stores.yaml/out", "folder", "is no folder"), ("file:data/out", "url", "where only the archive writes")],
)  # fmt: skip
def test_a_folder_that_cannot_be_is_said(doctor, url, step, said):
    run = doctor(url, "--json")
    (failed,) = [check for check in run.json["error"]["checks"] if check["outcome"] == "failed"]
    assert (run.code, failed["step"]) == (8, step)
    assert said in failed["found"]
    assert failed["fix"]


def test_a_password_file_that_others_can_read_is_a_failed_step_and_no_server_is_asked(doctor, ca, tmp_path):
    (tmp_path / "secret").chmod(0o644)
    with smtp_server(tls=ca.context()) as server:
        run = doctor(f"smtps://{LOGIN}@127.0.0.1:{server.port}", "--json", lines=with_login(ca))
    checks = run.json["error"]["checks"]
    assert (run.code, outcomes(checks)["password"]) == (8, "failed")
    assert run.json["error"]["hint"] == f"chmod 600 {tmp_path}/secret"
    assert [check["step"] for check in checks if check["outcome"] == "not tried"] == [
        "name", "connection", "tls", "banner", "ehlo", "login", "sender",
    ]  # fmt: skip


def test_a_server_without_a_sender_is_a_failed_step(two_stores, omen):
    configure(two_stores, "stores:\n", "mail: {url: 'smtps://127.0.0.1:1'}\nstores:\n")
    run = omen("doctor", "--mail", "--json")
    assert (run.code, outcomes(run.json["error"]["checks"])["from"]) == (8, "failed")


@pytest.mark.parametrize(
    ("sender", "outcome"),
    [("reports@example.com", "warning"), ("reports@shop.test", "warning"), ("root@intranet", "warning"), ("a@omen-shop.com", "ok")],
)  # fmt: skip
def test_a_sender_whose_domain_is_nobodys_is_a_warning(doctor, sender, outcome):
    run = doctor("smtp+starttls://[2001:db8::1]:1", "--json", sender=sender, lines="  password_file: secret\n")
    assert run.code == 3  # a password without a user is seen when the file is read
    run = doctor("smtp://nowhere..invalid", "--json", sender=sender, lines="  allow_plaintext: true\n")
    found = outcomes(run.json["error"]["checks"])
    assert (found["from"], found["url"]) == (outcome, "warning")


def test_a_store_without_recipients_is_a_warning(doctor, two_stores):
    configure(two_stores, "[owner@calicannabis.example]", "[]")
    run = doctor("file:outbox", "--json")
    found = {check["step"]: check for check in run.data["checks"]}
    assert (run.code, found[f"recipients of {CALI}"]["outcome"]) == (0, "warning")
    assert CALI in found[f"recipients of {CALI}"]["fix"]


def test_with_a_store_only_its_recipients_are_looked_at(doctor):
    steps = [check["step"] for check in doctor("file:outbox", "--store", NJ, "--json").data["checks"]]
    assert f"recipients of {NJ}" in steps
    assert f"recipients of {CALI}" not in steps


# --- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("place", ["file", "url"])
@pytest.mark.parametrize("trouble", ["none", "echo", "announced", "starttls", "certificate", "refused", "readable"])
def test_the_password_is_in_no_answer(doctor, ca, omen, tmp_path, form, place, trouble):
    context = ca.context(*(["mail.other.example"] if trouble == "certificate" else []))
    wrong = f"{PASSWORD}-wrong" if trouble == "echo" else PASSWORD
    (tmp_path / "secret").write_text(wrong, "utf-8")
    lines = f"  ca_file: {ca.ca_file}\n" + ("  password_file: secret\n" if place == "file" else "")
    (tmp_path / "secret").chmod(0o644 if trouble == "readable" else 0o600)
    with smtp_server(starttls=None if trouble == "starttls" else context, has_login=True) as server:
        server.is_echoing = True
        server.announces = f"{PASSWORD}  x" if trouble == "announced" else ""
        login = LOGIN if place == "file" else f"{LOGIN}:{quote(wrong, safe='')}"
        port = 1 if trouble == "refused" else server.port
        run = doctor(f"smtp+starttls://{login}@127.0.0.1:{port}", *form, lines=lines)
    also = omen("config", *form)

    is_fine = trouble in ("none", "announced") or (trouble, place) == ("readable", "url")
    assert run.code == (0 if is_fine else 8), run.out + run.err
    said = run.out + run.err + also.out + also.err
    encoded = b64encode(wrong.encode()).decode().rstrip("=")
    assert all(form not in said for form in ("c4n4ry", quote(PASSWORD, safe=""), encoded[:12]))
