"""The shipped samples are what their seeded script makes, and they show what a newcomer should see."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.guards import REPO

EXPORTS = REPO / "data" / "exports"
DATA_FILES = sorted(path.relative_to(EXPORTS) for path in EXPORTS.glob("*/*") if path.suffix in (".csv", ".parquet"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("samples")
    script = EXPORTS / "make_samples.py"
    environ = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, str(script), "--out", str(out)], check=True, env=environ, timeout=60)
    return out


def rows(path: Path) -> list[tuple]:
    return duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall()


@pytest.mark.parametrize("name", DATA_FILES, ids=str)
def test_the_script_makes_the_shipped_file_again(made, name):
    if name.suffix == ".parquet":
        assert rows(made / name) == rows(EXPORTS / name)
    else:
        assert (made / name).read_bytes() == (EXPORTS / name).read_bytes()


def test_the_samples_are_small():
    assert len(DATA_FILES) >= 8
    assert sum((EXPORTS / name).stat().st_size for name in DATA_FILES) < 2_000_000


@pytest.mark.parametrize("store", ["NJWeedWizard", "CaliCannabis"])
def test_the_shipped_week_shows_something_of_every_kind(omen, store, tmp_path):
    config = tmp_path / "stores.yaml"
    text = (REPO / "stores.yaml").read_text("utf-8")
    config.write_text(text.replace("data: data ", f"data: {tmp_path}/data ").replace("data/exports", f"{EXPORTS}"))
    run = omen(
        "generate",
        "--config",
        config,
        "--store",
        store,
        "--timeframe",
        "weekly",
        "--as-of",
        "2026-01-11",
        "--dry-run",
        "--json",
    )
    assert run.code == 0, run.err
    content = run.data["results"][0]["content"]
    actions = {advice["action"] for advice in content["recommendations"]}
    assert {"REORDER_NOW", "REORDER_SOON", "REVIEW_PRICING", "CLEAR_DEAD_STOCK", "PROMOTE_AS_FEATURED"} <= actions
    assert content["kpis"]["netSales"]["before"] > 0
    assert {"items_without_cost", "sold_without_cost"} <= {note["code"] for note in content["dataNotes"]}
