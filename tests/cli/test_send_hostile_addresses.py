"""Hostile addresses are refused before anything happens; odd ones that are addresses work."""

from shlex import split

import pytest

from tests.cli.postbox import mail_to
from tests.cli.stores import configure, whole_tree
from tests.cli.test_send_hostile import judge

ADDRESSES = [
    "x@example.com\r\nBcc: victim@example.com",
    "x@example.com\nRCPT TO:<victim@example.com>",
    '"quoted local"@example.com',
    '"a\\"b"@example.com',
    "x@example.com,y@example.com",
    "X <x@example.com>",
    "<x@example.com>",
    "=?UTF-8?Q?x?=@example.com",
    "x@[127.0.0.1]",
    "x@exa mple.com",
    "x\u202e@example.com",
    "\u00fc@example.com",
    "\udcff@example.com",
    "x@" + "a" * 300 + ".com",
    "a" * 65 + "@example.com",
    "-oQ/tmp@",
    "x",
    "@example.com",
    "x@-example.com",
]


@pytest.mark.parametrize("bad", ADDRESSES)
def test_a_hostile_address_is_refused_before_anything_happens(week, postbox, omen, bad):
    mail_to(week.stores, postbox.url)
    before = whole_tree(week.stores.data)
    run = omen(*week.named, "--to", "good@example.com", "--to", bad, "--json")
    assert (run.code, run.json["error"]["code"]) == (2, "invalid_argument")
    assert "not a plain e-mail address" in run.err
    assert all(line.isprintable() for line in run.err.splitlines())
    assert len(run.err.splitlines()) == 2
    assert (postbox.connections, whole_tree(week.stores.data)) == (0, before)


@pytest.mark.parametrize("bad", ["x@example.com\\r\\nBcc: v@example.com", "X <x@example.com>", "\\u00fc@example.com"])
def test_a_hostile_recipient_of_stores_yaml_is_refused(week, omen, bad):
    configure(week.stores, "[owner@njweedwizard.example]", f'["{bad}"]')
    run = omen(*week.named)
    assert (run.code, run.out) == (3, "")
    assert "recipients" in run.err


def test_an_internationalised_domain_is_said_in_ascii_and_then_works(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    run = omen(*week.named, "--to", "owner@bücher.example")
    assert (run.code, run.err.splitlines()[1]) == (2, "  write its domain in ASCII: owner@xn--bcher-kva.example")
    assert omen(*week.named, "--to", "owner@xn--bcher-kva.example").code == 0
    judge(postbox.received[0].raw, "owner@xn--bcher-kva.example")


@pytest.mark.parametrize(
    "odd",
    ["a'b@example.com", "$HOME@example.com", "a|b@example.com", "`x`@example.com", "!#%&*+/=^_?{}~-@example.com"],
)
def test_an_odd_address_is_quoted_in_the_command_that_a_person_is_told(week, postbox, omen, odd):
    mail_to(week.stores, postbox.url)
    postbox.refused[odd] = "550 no"
    run = omen(*week.named, "--to", odd, "--json")
    command = run.json["error"]["hint"].partition("then: ")[2]
    assert split(command)[-2:] == ["--to", odd]
    postbox.refused.clear()
    assert omen(*split(command)[1:]).code == 0
    assert postbox.recipients == [odd]
