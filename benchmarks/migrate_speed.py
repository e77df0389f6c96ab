"""How long `omen migrate` takes on so many old snapshots of 6 KB, and how much memory it needs.

It makes an old archive in a temporary folder, on the disk that --folder names, runs the real command on it in a process
of its own, and prints the seconds and its greatest resident size; then a second run, which does nothing.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

STORES = ("NJWeedWizard", "CaliCannabis")
KB = 1024
SIZE_BYTES = 6 * KB
VERSIONS = 5
STORES_YAML = """\
version: 1
data: data
disk: {warn_free_gb: 0, min_free_gb: 0}
stores:
"""
STORE = """\
  %s: {name: %s, timezone: America/New_York, sources: {inventory: {path: inventory.csv}}}
"""


def main() -> None:
    """Measure, and print."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="omen-migrate-", dir=asked.folder) as name:
        folder = Path(name)
        _make(folder, asked.snapshots)
        for run in ("first run", "second run"):
            seconds, peak_mb, outcome = _measured(folder)
            print(f"{run}: {asked.snapshots:,} old snapshots in {seconds:.1f} s, {peak_mb:.0f} MB at most: {outcome}")


def _make(folder: Path, snapshots: int) -> None:
    """Make the old archive: entries with their files named by id, of two stores, five versions a date."""
    root = folder / "data" / "snapshots"
    root.mkdir(parents=True)
    (folder / "stores.yaml").write_text(STORES_YAML + "".join(STORE % (one, one) for one in STORES))
    entries = []
    for number in range(snapshots):
        entry = _entry(number)
        entries.append(entry)
        same = ("requestId", "generatedAt", "asOfDate", "timeframe", "store")
        payload = {**{key: entry[key] for key in same}, "metrics": {"totalItems": 60}, "snapshotId": entry["id"]}
        wrapper = {"timeframe": "daily", "asOfDate": entry["asOfDate"], "snapshot": payload, "padding": ""}
        room = SIZE_BYTES - len(json.dumps(wrapper, indent=2))
        wrapper["padding"] = '"quoted"\n' * (room // 11)
        (root / f"{entry['id']}.json").write_text(json.dumps(wrapper, indent=2))
    (root / "index.json").write_text(json.dumps(entries, indent=2))


def _entry(number: int) -> dict[str, object]:
    store, version = STORES[number % len(STORES)], number // len(STORES) % VERSIONS + 1
    day = date(2000, 1, 1) + timedelta(days=number // (len(STORES) * VERSIONS))
    at = f"2026-01-10T02:{number // 60 % 60:02d}:{number % 60:02d}.000Z"
    return {
        "id": f"snapshot_daily_{day}_{1_768_000_000_000 + number}_{number:08x}",
        "timeframe": "daily",
        "asOfDate": str(day),
        "createdAt": at,
        "generatedAt": at,
        "requestId": f"request-{number}",
        "store": store,
        "summary": {"itemCount": 60, "totalRevenue": 8088, "recommendationCount": 13},
        "version": version,
        "supersedes": None,
        "emailSent": False,
    }


def _measured(folder: Path) -> tuple[float, float, str]:
    """Return the seconds, the greatest resident size in MB, and what the command said."""
    command = [sys.executable, "-m", "omen_cli", "migrate", "--from", "data/snapshots", "--json"]
    start = time.perf_counter()
    run = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KB
    return seconds, peak_mb, json.loads(run.stdout)["data"]["outcome"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the archive is made; a real disk, not memory")
    return parser.parse_args()


if __name__ == "__main__":
    main()
