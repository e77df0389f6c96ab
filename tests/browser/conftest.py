"""A real browser, and the pages of the sample stores, made as an operator makes them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Clock, Omen
from tests.guards import REPO

STORES = ("NJWeedWizard", "CaliCannabis")
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
_ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


_PATIENCE_MS = 120_000  # of a busy machine


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium of the machine's own; nothing is downloaded.

    It ends with its module: while it runs, nothing else in this process can have an event loop of its own.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGS), timeout=_PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each sample store's weekly snapshot of 2026-01-11, by the store's id."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copy(REPO / "stores.yaml", folder)
    shutil.copytree(REPO / "data" / "exports", folder / "data" / "exports")
    omen = Omen(cwd=folder, clock=Clock())
    assert omen("generate", "--all", "--as-of", "2026-01-11").code == 0
    pages = {store: folder / f"{store}.html" for store in STORES}
    for store, path in pages.items():
        run = omen("show", "--store", store, "--html", path)
        assert run.code == 0, run.err
    return pages


class Opened:
    """A page in the browser, and what it said and asked for since it was opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture
def opened(browser: Browser) -> Iterator[Any]:
    """`opened(path, width=…, scheme=…, **more)` is the file in a window of its own; `more` is for the context."""
    contexts = []

    def open_page(path: Path, *, width: int = 1280, scheme: str = "light", **more: Any) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        context.set_default_timeout(_PATIENCE_MS)
        context.set_default_navigation_timeout(_PATIENCE_MS)
        shown = Opened(context.new_page())
        shown.page.goto(path.as_uri())
        return shown

    yield open_page
    for context in contexts:
        context.close()
