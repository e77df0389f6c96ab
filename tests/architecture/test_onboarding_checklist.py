"""The onboarding checklist has its ten items, each with a test that is named after it, in the checklist's order."""

import ast
import re

from tests.cli.test_client_2_onboarding_checklist import CHECKLIST
from tests.guards import REPO

MODULE = REPO / "tests" / "cli" / "test_client_2_onboarding_checklist.py"
ITEMS = {
    "Pre-Deployment": (
        "Run all existing tests with both stores",
        "Verify data isolation (Client A cannot see Client B data)",
        "Verify cross-store access denied (403 errors)",
        "Test concurrent snapshot generation",
        "Test email delivery with both stores",
    ),
    "Post-Deployment": (
        "Monitor error rates for first 24 hours",
        "Verify email subjects include store name",
        "Check disk space usage",
        "Review audit logs for cross-store access attempts",
        "Confirm idempotency working per-store",
    ),
}


def name_of(item: str) -> str:
    """Return the test name of an item: its words, without what stands in brackets."""
    return f"test_{re.sub(r'[^a-z0-9]+', '_', item.partition(' (')[0].lower())}"


def walked(source: str) -> list[str]:
    """Return the names before `__` of a module's tests, each once, in the order of its tests."""
    tests = [one.name for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)]
    return list(dict.fromkeys(one.partition("__")[0] for one in tests if one.startswith("test_")))


def test_the_module_quotes_the_whole_checklist():
    assert CHECKLIST == ITEMS


def test_every_item_has_a_test_in_the_order_of_the_checklist_and_no_test_has_another_name():
    assert walked(MODULE.read_text("utf-8")) == [name_of(item) for items in CHECKLIST.values() for item in items]


def test_an_item_without_a_test_and_a_test_without_an_item_are_seen():
    assert walked("def test_b__x(): ...\ndef test_a__x(): ...\ndef test_b__y(): ...") == ["test_b", "test_a"]
    assert name_of("Verify cross-store access denied (403 errors)") == "test_verify_cross_store_access_denied"
