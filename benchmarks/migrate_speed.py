"""How long `omen migrate` takes on so many old snapshots of 6 KB, and what memory each of them costs.

It makes old archives of a quarter and of all of them, on the disk that --folder names, and runs the real command on
each in a process of its own, then once more, when there is nothing to do. Beside the whole it copies the same old files
with an fsync each, which is the least that bringing them over durably can cost: the quotient of the two times holds on
another machine, the seconds do not. What the greatest resident size grows by between the two sizes is what an old
snapshot costs; the rest is the program.
"""

import argparse
import json
import os
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
    peaks = [_of_size(asked.folder, size) for size in (asked.snapshots // 4, asked.snapshots)]
    grown_kb = (peaks[1] - peaks[0]) * KB / (asked.snapshots - asked.snapshots // 4)
    print(f"memory: {peaks[0]:.0f} MB and {peaks[1]:.0f} MB, so {grown_kb:.1f} KB for each old snapshot")


def _of_size(where: Path | None, snapshots: int) -> float:
    """Measure one archive, print, and return the greatest resident size of both runs in MB."""
    with tempfile.TemporaryDirectory(prefix="omen-migrate-", dir=where) as name:
        folder = Path(name)
        _make(folder, snapshots)
        copied_s = _copied(folder)
        runs = [_measured(folder) for _ in range(2)]
    (first_s, *_), (second_s, *_) = runs
    for (seconds, peak_mb, outcome), what in zip(runs, ("first run", "second run"), strict=True):
        print(f"{what}: {snapshots:,} old snapshots in {seconds:.1f} s, {peak_mb:.0f} MB at most: {outcome}")
    print(
        f"a copy with an fsync a file: {copied_s:.1f} s; "
        f"omen / copy: {first_s / copied_s:.1f}, second run {second_s / copied_s:.1f}"
    )
    return max(peak_mb for _, peak_mb, _ in runs)


def _copied(folder: Path) -> float:
    """Copy the old files with an fsync each, and return the seconds."""
    target = folder / "copy"
    target.mkdir()
    start = time.perf_counter()
    for file in sorted((folder / "data" / "snapshots").iterdir()):
        with (target / file.name).open("xb") as copy:
            copy.write(file.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
    return time.perf_counter() - start


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
        "summary": {"itemCount": 60, "totalRevenue": 8088 + number, "recommendationCount": 13},
        "diffMetadata": {
            "itemsWithPricing": 16,
            "dateRange": {"startDate": f"{day}T00:00:00Z", "endDate": f"{day}T23:59:59Z"},
        },
        "createdBy": "api",
        "createdVia": "api",
        "version": version,
        "supersedes": None,
        "emailSent": False,
    }


def _measured(folder: Path) -> tuple[float, float, str]:
    """Return the seconds, the greatest resident size in MB, and what the command said."""
    command = [sys.executable, "-m", "omen_cli", "migrate", "--from", "data/snapshots", "--json"]
    answer = folder / "answer.json"
    start = time.perf_counter()
    with answer.open("wb") as stdout:
        process = subprocess.Popen(command, cwd=folder, stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"omen migrate: exit status {process.returncode}")
    return seconds, usage.ru_maxrss / KB, json.loads(answer.read_bytes())["data"]["outcome"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the archive is made; a real disk, not memory")
    return parser.parse_args()


if __name__ == "__main__":
    main()
