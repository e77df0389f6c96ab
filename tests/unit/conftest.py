"""Golden files: what a text is to look like, for reviewers to read first.

`OMEN_TEST_UPDATE_GOLDEN=1 pytest tests/unit` writes them anew (`--update-golden` too, where pytest has that option).
"""

import os
from collections.abc import Callable

import pytest

from tests.guards import REPO

_GOLDEN = REPO / "tests" / "golden"
_NEW: dict[str, str] = {}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` holds the text equal to tests/golden/<name>."""
    is_updating = os.environ.get("OMEN_TEST_UPDATE_GOLDEN") == "1" or request.config.getoption("--update-golden", False)

    def check(name: str, text: str) -> None:
        if is_updating:
            _NEW[name] = text
            return
        path = _GOLDEN / name
        assert path.exists(), f"no golden file {name}: run with OMEN_TEST_UPDATE_GOLDEN=1 and read what it writes"
        assert text == path.read_text("utf-8")

    return check


def pytest_sessionfinish() -> None:
    """Write the new golden files when the guards no longer watch: no test may write into the checkout."""
    for name, text in _NEW.items():
        _GOLDEN.mkdir(exist_ok=True)
        (_GOLDEN / name).write_text(text, encoding="utf-8")
