"""Who may make which call: the rules, for every command that there is."""

import pytest

from omen_cli.access.judgement import Call, judge
from omen_cli.access.needs import NEEDS, need_of
from omen_cli.access.principal import ROLES, Principal, local_operator

OWN, OTHER = "NJWeedWizard", "CaliCannabis"
EVERYTHING = [
    Call(command, store, is_all, frozenset(need.options))
    for command, need in NEEDS.items()
    for store in (None, OWN, OTHER)
    for is_all in (True, False)
]


@pytest.mark.parametrize("call", EVERYTHING)
def test_the_local_operator_and_an_admin_may_do_everything(call):
    assert judge(local_operator("root"), call) is None
    assert judge(Principal("ops@example.com", "admin", OWN), call) is None


@pytest.mark.parametrize("role", ["viewer", "owner"])
@pytest.mark.parametrize("call", EVERYTHING)
def test_nobody_else_reaches_another_store_or_all(role, call):
    refused = judge(Principal("a@b.example", role, OWN), call)
    if call.store_id == OTHER:
        assert (refused.kind, OTHER in refused.hint) == ("store", False)
    elif call.is_all:
        assert refused.kind == "all"
    else:
        assert refused is None or refused.kind == "role"


@pytest.mark.parametrize("command", NEEDS)
def test_whoever_may_do_more_may_do_all_that_others_may(command):
    may = [judge(Principal("a@b.example", role, OWN), Call(command)) is None for role in ROLES]
    assert may == sorted(may)
    assert may[-1]


def test_a_command_that_is_not_in_the_table_runs_for_nobody():
    with pytest.raises(ValueError, match="frobnicate"):
        need_of("frobnicate")
    with pytest.raises(ValueError, match="frobnicate"):
        judge(local_operator("root"), Call("frobnicate"))
