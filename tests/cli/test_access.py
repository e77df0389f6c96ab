"""Tokens in use: where they come from, whom they confine, what is recorded, and what is never shown."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from tests.cli.matrix import OPTIONS, ROWS, words
from tests.cli.processes import holding
from tests.cli.signed import ADMIN, KEY, OWNER, VIEWER, People, need_tokens, write_key
from tests.cli.stores import CALI, DAY, NJ, configure, whole_tree


@pytest.fixture
def people(two_stores) -> People:
    need_tokens(two_stores)
    return People(two_stores)


def test_without_a_mode_the_operator_acts_by_login_name(two_stores, omen):
    two_stores.generate(NJ, DAY)
    run = omen("show", "--store", NJ, "--json", env={"OMEN_TOKEN": "nonsense"})
    assert (run.code, run.data["createdBy"]) == (0, "tester")
    assert two_stores.audit(NJ)[0]["by"] == "tester"


def test_the_holder_of_a_token_is_recorded_by_the_address_in_it(people, two_stores):
    run = people.run("owner", "generate", "--as-of", DAY, "--json")
    assert run.code == 0, run.err
    assert people.run("viewer", "show", "--json").data["createdBy"] == OWNER
    assert two_stores.audit(NJ)[0]["by"] == OWNER
    sent = people.run("owner", "send", "--snapshot", run.id)
    assert sent.code == 0, sent.err
    assert {event["by"] for event in two_stores.audit(NJ)} == {OWNER}


def test_the_store_comes_from_the_token(people, two_stores):
    run = people.run("owner", "generate", "--as-of", DAY, "--json")
    assert run.data["results"][0]["entry"]["storeId"] == NJ
    assert not two_stores.archive(CALI).exists()
    named = people.run("viewer", "history", "--store", NJ, "--json")
    assert people.run("viewer", "history", "--json").data == named.data != []


def test_the_store_in_an_admins_token_neither_confines_nor_chooses(people, omen):
    argv = ("token", "create", "--role", "admin", "--email", ADMIN, "--store", CALI)
    env = {"OMEN_TOKEN": omen(*argv).out.strip()}
    assert omen("generate", "--as-of", DAY, "--store", NJ, env=env).code == 0
    assert omen("generate", "--as-of", DAY, "--all", env=env).code == 0
    assert omen("generate", "--as-of", DAY, env=env).code == 2


@pytest.mark.parametrize("store", [CALI, "cALIcANNABIS", "Nobody", "../../etc", NJ.lower(), "x" * 5000, "\x1b[31m"])
def test_whether_another_store_exists_is_not_told(people, store):
    run = people.run("viewer", "history", "--store", store, "--json")
    assert run.code == 10
    error = run.json["error"]
    assert (error["code"], error["status"], error["kind"]) == ("forbidden", 403, "store")
    assert error["hint"] == f"leave --store out, or use --store {NJ}"
    assert len(error["message"]) < 120
    assert CALI not in error["message"] or store == CALI


def test_a_confined_token_sees_no_other_store(people):
    for role in ("viewer", "owner"):
        shown = people.run(role, "stores")
        assert (shown.code, CALI in shown.out) == (0, False)
        assert list(people.run(role, "stores", "--json").data) == [NJ]
    assert set(people.run("admin", "stores", "--json").data) == {NJ, CALI}


def test_a_token_of_a_store_that_is_gone_names_no_other(people, two_stores):
    token = people.token("owner")
    configure(two_stores, "  NJWeedWizard:\n", "  NewName:\n")
    run = people.omen("history", env={"OMEN_TOKEN": token})
    assert (run.code, run.out) == (5, "")
    assert CALI not in run.err
    assert "NewName" not in run.err


def test_a_token_of_a_store_that_is_gone_leaves_a_trace(people, two_stores):
    people.run("admin", "generate", "--store", CALI, "--as-of", DAY)
    token = people.token("owner")
    configure(two_stores, "  NJWeedWizard:\n", "  NewName:\n")
    assert people.omen("generate", env={"OMEN_TOKEN": token}).code == 5
    (told,) = people.denials()
    assert (told["kind"], told["by"], told["role"], told["command"]) == ("store", OWNER, "owner", "generate")
    assert (told["storeId"], told["requestedFor"]) == (None, NJ)
    assert people.denials(CALI) == []
    (shown,) = people.run("admin", "audit", "--denied", "--json").data
    assert (shown["requestedFor"], shown["reason"]) == (NJ, f"store '{NJ}': the token's, is not in stores.yaml")


def test_another_stores_snapshot_is_refused_and_told_of_in_three_audits(people, two_stores):
    theirs = people.run("admin", "generate", "--store", CALI, "--as-of", DAY, "--json").id
    assert people.run("owner", "generate", "--as-of", DAY).code == 0
    for argv in (("show",), ("send", "--dry-run"), ("deliveries",), ("diff", "--previous")):
        run = people.run("owner", *argv, "--snapshot", theirs)
        assert (run.code, run.out) == (10, ""), argv
    for store in (NJ, CALI, None):
        told = people.denials(store)
        assert [one["kind"] for one in told] == ["snapshot"] * 4
        assert {(one["by"], one["requestedFor"], one["snapshotId"]) for one in told} == {(OWNER, NJ, theirs)}
    assert {one["storeId"] for one in people.denials()} == {CALI}


def test_a_usage_error_of_a_stranger_tells_them_no_store(people):
    run = people.omen("generate", "--store", NJ, "--all")
    assert run.code == 9
    assert NJ not in run.err


@pytest.mark.parametrize("place", ["environment", "file", "credential"])
def test_a_token_is_found_where_it_may_be(people, tmp_path, place):
    token = people.token("viewer")
    folder = tmp_path / "credentials"
    folder.mkdir()
    path = write_key(folder / "omen-token", f"{token}\n")
    argv, env = {
        "environment": ((), {"OMEN_TOKEN": f" {token}\n"}),
        "file": (("--token-file", "credentials/omen-token"), {}),
        "credential": ((), {"CREDENTIALS_DIRECTORY": str(path.parent)}),
    }[place]
    assert people.omen("history", *argv, env=env).code == 0


def test_of_several_tokens_the_one_named_on_the_command_line_counts(people, tmp_path):
    viewer = write_key(tmp_path / "viewer", people.token("viewer"))
    env = {"OMEN_TOKEN": people.token("admin")}
    assert people.omen("config", env=env).code == 0
    assert people.omen("config", "--token-file", viewer, env=env).code == 10


def test_a_token_before_the_name_of_a_subcommand_counts_too(people, tmp_path):
    viewer = write_key(tmp_path / "viewer", people.token("viewer"))
    run = people.omen("deliveries", "--token-file", viewer, "resolve", "123456", "--sent", "--reason", "heard")
    assert run.code == 10


def _linked(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: None,
        lambda path: path.mkdir(),
        os.mkfifo,
        _linked,
        lambda path: write_key(path, ""),
        lambda path: write_key(path, "x" * 9000),
        lambda path: write_key(path, "nonsense"),
        lambda path: path.write_bytes(b"\xff\xfe") and path.chmod(0o600),
    ],
)
def test_a_token_file_that_holds_none_is_exit_9(people, tmp_path, spoil):
    spoil(tmp_path / "token")
    run = people.omen("history", "--token-file", "token")
    assert (run.code, run.out) == (9, "")
    assert [one["kind"] for one in people.denials()] == []  # nothing is here yet that could be audited


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644])
def test_a_token_that_others_may_read_is_refused(people, tmp_path, mode):
    write_key(tmp_path / "token", people.token("viewer"), mode)
    run = people.omen("history", "--token-file", "token")
    assert run.code == 9
    assert "chmod 600" in run.err


@pytest.mark.parametrize(("text", "mode"), [(KEY, 0o644), (KEY, 0o620), ("short\n", 0o600), ("", 0o600), (None, 0)])
def test_a_key_that_is_weak_open_or_gone_lets_nobody_in(people, tmp_path, text, mode):
    token = people.token("admin")
    path = tmp_path / "token.key"
    path.unlink()
    if text is not None:
        write_key(path, text, mode)
    run = people.omen("history", "--all", env={"OMEN_TOKEN": token})
    assert (run.code, run.out) == (3, "")
    assert "access.key_file" in run.err
    assert people.omen("token", "create", "--role", "admin", "--email", ADMIN).code == 3


@pytest.mark.parametrize(
    ("access", "said"),
    [
        ("{mode: token}", "access.mode: 'token' needs access.key_file"),
        ("{mode: token, key_file: a, public_key_file: b}", "is a second key beside access.key_file"),
        ("{key_file: a, public_key_file: b}", "is a second key beside access.key_file"),
        ("{mode: token, key_file: ~/key}", "~"),
        ("{mode: jwt, key_file: a}", "access.mode"),
        ("{mode: token, key_file: a, issuer: ''}", "access.issuer"),
        ("{mode: token, keyfile: a}", "did you mean key_file?"),
    ],
)
def test_a_wrong_access_is_a_wrong_configuration(two_stores, omen, access, said):
    configure(two_stores, "version: 1\n", f"version: 1\naccess: {access}\n")
    run = omen("stores")
    assert (run.code, run.out) == (3, "")
    assert said in run.err


def test_issuer_and_audience_are_those_of_the_settings(people, two_stores):
    token = people.token("viewer")
    configure(two_stores, "key_file: token.key}", "key_file: token.key, audience: other}")
    assert people.omen("history", env={"OMEN_TOKEN": token}).code == 9
    assert people.run("viewer", "history").code == 0


def test_the_audits_of_refusals_hold(people):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    people.run("viewer", "history", "--store", CALI)
    people.run("viewer", "generate")
    people.omen("history", "--store", CALI)
    assert people.run("admin", "audit", "--all", "--check").code == 0
    assert people.run("admin", "verify", "--all", "--deep").code == 0


def test_refusals_are_reviewed_each_once(people):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    people.run("viewer", "history", "--store", CALI)
    people.omen.clock.advance(minutes=1)
    people.run("owner", "config")
    people.omen.clock.advance(minutes=1)
    people.omen("history", "--store", CALI)
    run = people.run("admin", "audit", "--denied", "--json")
    told = [(one["kind"], one["storeId"], one["by"]) for one in run.data]
    assert told == [("store", CALI, VIEWER), ("role", NJ, OWNER), ("unauthenticated", CALI, "tester")]
    assert [line.split("\t")[0] for line in people.run("admin", "audit", "--denied").out.splitlines()[1:]] == [
        CALI,
        NJ,
        CALI,
    ]
    assert len(people.run("admin", "audit", "--denied", "--limit", "1", "--json").data) == 1


def test_whoever_is_confined_reviews_the_refusals_of_their_store(people):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    people.run("viewer", "history", "--store", CALI)
    people.run("viewer", "generate")
    run = people.run("viewer", "audit", "--denied", "--json")
    assert [(one["kind"], one["storeId"]) for one in run.data] == [("role", NJ)]


@pytest.mark.parametrize("more", [("--check",), ("--event", "snapshot.created")])
def test_denied_is_asked_for_by_itself(two_stores, omen, more):
    run = omen("audit", "--store", NJ, "--denied", *more)
    assert (run.code, run.out) == (2, "")


@contextmanager
def _obstacle(kind: str, archive: Path) -> Iterator[None]:
    """Keep everybody from writing in an archive for the time of a `with`."""
    if kind == "lock":
        with holding(archive / ".lock"):
            yield
        return
    archive.chmod(0o777)
    yield
    archive.chmod(0o700)


@pytest.mark.parametrize("obstacle", ["lock", "mode"])
@pytest.mark.parametrize("role", ["viewer", "owner", None])
def test_a_refusal_that_cannot_be_recorded_tells_of_no_store(people, two_stores, obstacle, role):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    env, took_s = {"OMEN_TOKEN": people.token(role)} if role else {}, []
    with _obstacle(obstacle, two_stores.archive(CALI)):
        for _ in range(3):
            begun = monotonic()
            theirs = people.omen("history", "--store", CALI, env=env)
            took_s.append(monotonic() - begun)
        nobodys = people.omen("history", "--store", "Nonexist", env=env)
    assert theirs.code == nobodys.code == (10 if role else 9)
    assert theirs.err.replace(CALI, "Nonexist") == nobodys.err
    assert min(took_s) < 1  # seconds that a writer would have waited for the lock
    assert len(people.denials()) == 4
    assert people.denials(CALI) == []


def test_a_snapshot_of_an_archive_that_is_busy_is_refused_at_once(people, two_stores):
    theirs = people.run("admin", "generate", "--store", CALI, "--as-of", DAY, "--json").id
    people.run("owner", "generate", "--as-of", DAY)
    env, took_s = {"OMEN_TOKEN": people.token("viewer")}, []
    with holding(two_stores.archive(CALI) / ".lock"):
        for _ in range(3):
            begun = monotonic()
            assert people.omen("show", "--snapshot", theirs, env=env).code == 10
            took_s.append(monotonic() - begun)
    assert min(took_s) < 1
    assert [len(people.denials(store)) for store in (NJ, None, CALI)] == [3, 3, 0]


def test_what_data_audit_does_not_tell_is_in_the_log_whichever_store_was_meant(people, two_stores):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    people.run("viewer", "history", "--store", CALI)
    with holding(two_stores.data / ".lock"):
        said = [people.run("viewer", "history", "--store", store) for store in (CALI, "Nonexist")]
    assert said[0].err.replace(CALI, "Nonexist") == said[1].err
    lines = [json.loads(one) for path in (two_stores.data / "log").iterdir() for one in path.read_text().splitlines()]
    assert [one["errors"] for one in lines if one["exitStatus"] == 10] == [{}, {"": {"busy": 1}}, {"": {"busy": 1}}]


OTHERS = (CALI, "calicannabis", "California")


def test_who_reviews_their_refusals_learns_of_no_other_store(people, two_stores):
    theirs = people.run("admin", "generate", "--store", CALI, "--as-of", DAY, "--json").id
    people.run("owner", "generate", "--as-of", DAY)
    own = people.run("viewer", "show", "--json").data["id"]
    cali = people.omen("token", "create", "--role", "owner", "--email", "owner@calicannabis.example", "--store", CALI)
    env = {"OMEN_TOKEN": cali.out.strip()}
    for argv in (("history", "--store", NJ), ("show", "--snapshot", own)):
        assert people.omen(*argv, env=env).code == 10
    assert people.run("owner", "show", "--snapshot", theirs).code == 10
    assert people.run("viewer", "generate").code == 10
    before = whole_tree(two_stores.archive(NJ))

    for how in ((), ("--json",), ("--csv",)):
        for which in (("--denied",), (), ("--event", "access."), ("--limit", "0")):
            shown = people.run("viewer", "audit", *which, *how)
            assert shown.code == 0
            text = shown.out + shown.err
            assert [one for one in (*OTHERS, theirs) if one in text] == []
            assert "(another store's)" in text

    told = people.run("viewer", "audit", "--denied", "--json").data
    mask = "(another store's)"
    shown = [(one["kind"], one["storeId"], one["requestedFor"], one["by"], one["snapshotId"]) for one in told]
    assert shown == [
        ("store", NJ, mask, mask, None),
        ("snapshot", NJ, mask, mask, own),
        ("snapshot", NJ, NJ, OWNER, mask),
        ("role", NJ, NJ, VIEWER, None),
    ]
    assert [(one["role"], one["reason"] == mask) for one in told[:3]] == [(mask, True), (None, True), (None, True)]
    assert whole_tree(two_stores.archive(NJ)) == before


def test_an_admin_reviews_both_sides_of_a_refusal(people):
    theirs = people.run("admin", "generate", "--store", CALI, "--as-of", DAY, "--json").id
    people.run("owner", "generate", "--as-of", DAY)
    people.run("owner", "show", "--snapshot", theirs)
    people.run("viewer", "history", "--store", CALI)
    for argv in (("--all",), ("--denied",), ("--store", CALI)):
        shown = people.run("admin", "audit", *argv, "--json")
        text = shown.out
        assert "(another store's)" not in text
        assert theirs in text
        assert OWNER in text
        assert VIEWER in text


def test_whoever_asks_without_end_does_not_fill_the_audit(people, two_stores):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    for folder in (two_stores.archive(NJ) / "audit", two_stores.data / "audit"):
        folder.mkdir(exist_ok=True)
        with (folder / "2026-01.jsonl").open("ab") as file:
            file.write(b"{}\n" * (16 * 1024 * 1024 // 3 + 1))
    before = whole_tree(two_stores.data)
    run = people.run("viewer", "generate")
    assert run.code == 10
    assert "audit" not in run.err
    log = (two_stores.data / "log").iterdir()
    assert '"errors":{"":{"insufficient_storage":1}}' in "".join(path.read_text("utf-8") for path in log)
    assert whole_tree(two_stores.data) == before
    assert people.run("owner", "generate", "--as-of", "2026-01-16").code == 0


def test_a_token_is_never_taken_from_the_command_line_and_not_repeated_from_it(people):
    token = people.token("admin")
    for argv in (("--token", token), (f"--token={token}",)):
        run = people.omen("history", *argv)
        assert run.code == 2
        assert token not in run.out + run.err


SECRETS = {"mail": "canary-mail-password", "alert": "canary-alert-token"}


def test_no_secret_appears_anywhere_whoever_runs_whatever(people, two_stores):
    people.run("admin", "generate", "--all", "--as-of", DAY)
    secrets = f"mail: {{url: 'smtps://user:{SECRETS['mail']}@127.0.0.1:9', from: omen@example.com}}\nalerts: ['slack://{SECRETS['alert']}/x']\n"
    configure(two_stores, "version: 1\n", f"version: 1\n{secrets}")
    tokens, said = [people.token(role) for role in ("viewer", "owner", "admin")], ""
    tokens.append(f"{tokens[-1][:-10]}canary-sig")
    for token in tokens:
        for command, row in {**ROWS, **OPTIONS}.items():
            for store in (None, NJ, CALI) if row.takes_store else (None,):
                run = people.omen(*words(people, command, row, store), "--json", env={"OMEN_TOKEN": token})
                assert run.code != 70, run.err
                said += "" if (command, run.code) == ("token create", 0) else run.out  # its answer is a token
                said += run.err
    sent = people.omen("send", "--store", NJ, "--latest", "--json", env={"OMEN_TOKEN": tokens[2]})
    assert sent.code == 8
    said += sent.out + sent.err
    written = b"".join(raw for raw in whole_tree(two_stores.data).values() if raw)
    parts = {part for token in tokens for part in token.split(".")[1:]}
    assert len(parts) == 7
    for secret in (KEY, *SECRETS.values(), *parts):
        assert secret not in said
        assert secret.encode() not in written


def test_a_bug_keeps_no_token_in_its_trace(people):
    token = people.token("admin")
    people.omen.clock.now = None  # a clock without a time is a bug
    run = people.omen("history", "--store", NJ, env={"OMEN_TOKEN": token})
    trace = Path(run.err.partition("its trace is in ")[2].splitlines()[0])
    text = trace.read_text("utf-8")
    trace.unlink()
    assert run.code == 70
    assert "read_token" in text
    assert all(part not in text + run.err for part in (KEY, *token.split(".")[1:]))


def test_a_real_process_takes_its_token_from_the_environment(people, repo, two_stores):
    import sys

    env = {**os.environ, "PYTHONPATH": str(repo)}
    command = [
        sys.executable,
        "-m",
        "omen_cli",
        "token",
        "create",
        "--role",
        "viewer",
        "--email",
        VIEWER,
        "--store",
        NJ,
    ]
    folder = two_stores.config.parent
    made = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=True)
    asked = [sys.executable, "-m", "omen_cli", "history"]
    for token, code in ((made.stdout.strip(), 0), ("", 9)):
        with_token = {**env, "OMEN_TOKEN": token}
        run = subprocess.run(asked, cwd=folder, env=with_token, capture_output=True, timeout=60, check=False)
        assert run.returncode == code, run.stderr
