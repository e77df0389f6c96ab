"""A small archive of the old system, made up, in the shapes that the field has: index, wrappers, what went wrong."""

import json
from pathlib import Path
from typing import Any

NJ = "NJWeedWizard"
SENT_TO = "old-owner@njweedwizard.example"


def entry(as_of: str, number: int, timeframe: str = "weekly", **more: Any) -> dict[str, Any]:
    """Return an entry of the old index; its id and its request are made of `number`."""
    made = {
        "id": f"snapshot_{timeframe}_{as_of}_17680{number:08d}_{number:08x}",
        "timeframe": timeframe,
        "asOfDate": as_of,
        "createdAt": f"2026-01-12T03:00:{number % 60:02d}.768Z",
        "generatedAt": f"2026-01-12T03:00:{number % 60:02d}.767Z",
        "requestId": f"request-{number}",
        "store": NJ,
        "summary": {
            "itemCount": 60,
            "totalRevenue": 8088,
            "totalProfit": 4863,
            "averageMargin": 60.51,
            "recommendationCount": 2,
        },
        "filePath": f"snapshot_{timeframe}_{as_of}_17680{number:08d}_{number:08x}.json",
        "sizeBytes": 0,
        "version": 1,
        "supersedes": None,
        "diffMetadata": {
            "itemsWithPricing": 16,
            "highestMarginSku": "Blue Dream (eighth)",
            "lowestMarginSku": "Blue Dream (oz)",
            "dateRange": {"startDate": f"{as_of}T00:00:00.000Z", "endDate": f"{as_of}T23:59:59.999Z"},
        },
        "createdBy": "api",
        "createdVia": "api",
        "regenerated": False,
        "emailSent": False,
        "emailSentAt": None,
        "emailRecipient": None,
        **more,
    }
    return {name: value for name, value in made.items() if value is not ...}


def payload(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the snapshot that the old system made for an entry."""
    advice = {
        "sku": "Blue Dream",
        "unit": "oz",
        "name": "Blue Dream (oz)",
        "reason": "Low stock - reorder soon",
        "action": "REORDER_SOON",
    }
    made = {
        "requestId": of.get("requestId"),
        "generatedAt": of["generatedAt"],
        "asOfDate": of["asOfDate"],
        "timeframe": of["timeframe"],
        "store": of.get("store"),
        "metrics": {"totalItems": 60, "itemsWithPricing": 16, "averageMargin": 60.51, "totalRevenue": 8088},
        "recommendations": {"promotions": [], "pricing": [], "inventory": [advice]},
        "confidence": "high",
        "snapshotId": of["id"],
        **more,
    }
    return {name: value for name, value in made.items() if value is not ...}


def wrapper(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what the old system wrote into the file of timeframe and date."""
    key = {"timeframe": of["timeframe"], "asOfDate": of["asOfDate"]}
    cached = {"cachedAt": of["createdAt"], "version": "1.0"}
    return {"key": f"snapshot_{of['timeframe']}_{of['asOfDate']}", **key, "snapshot": payload(of, **more), **cached}


def mistaken(of: dict[str, Any]) -> dict[str, Any]:
    """Return what a call with its arguments in the wrong order left: the payload stands in the place of the date."""
    cached = {"cachedAt": of["createdAt"], "version": "1.0"}
    return {"key": "[object Object]", "timeframe": of["asOfDate"], "asOfDate": payload(of), **cached}


WEEK = entry("2026-01-09", 1, version=2, supersedes="snapshot_weekly_2026-01-09_1768000000000_0000000f")
SENT = entry(
    "2026-01-04",
    2,
    emailSent=True,
    emailSentAt="2026-01-12T03:01:31.854Z",
    emailRecipient=SENT_TO,
)
DAY = entry("2026-01-08", 3, "daily")
MISTAKEN = entry("2026-01-02", 4)
FILELESS = entry("2025-12-28", 5)
ENTRIES = (MISTAKEN, WEEK, SENT, DAY, FILELESS)
MISTAKEN_NAME = "weekly/snapshot_2026-01-02_[object Object].json"


def named(of: dict[str, Any]) -> str:
    """Return the name of the file of an entry's timeframe and date."""
    return f"snapshot_{of['timeframe']}_{of['asOfDate']}.json"


def text(document: object) -> bytes:
    """Return a document as the old system wrote it."""
    return json.dumps(document, indent=2).encode()


def sample() -> dict[str, bytes]:
    """Return the files by path: five entries, four files of theirs, and a half-written one."""
    return {
        "index.json": text(list(ENTRIES)),
        **{named(one): text(wrapper(one)) for one in (WEEK, SENT, DAY)},
        MISTAKEN_NAME: text(mistaken(MISTAKEN)),
        "snapshot_weekly_2025-12-21.json": text(wrapper(FILELESS))[:300],
    }


def lay_old(root: Path, files: dict[str, bytes]) -> None:
    """Write the files below a folder."""
    for path, raw in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(raw)
