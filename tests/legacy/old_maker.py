"""What a shape is built from: one sound entry, its payload and its wrapper at a time, each with a key of its own."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.factories import STORES
from tests.legacy.old_archives import Node, Row, as_json
from tests.legacy.old_reading import TIMEFRAMES

ITEMS = ("Blue Dream (eighth)", "Gorilla Glue (oz)", "Crème brûlée (half)", "=cmd|'/C calc'!A0", "<b>OG</b> Kush")
RECIPIENTS = ("owner@njweedwizard.example", "test-production@example.com", "o'neil+shop@example.co.uk")
_FIRST_DAY, _FIRST_MS = date(2025, 11, 3), 1_768_013_922_758

Pick = Callable[[Sequence[Any]], Any]
"""What decides: hypothesis in the properties, a seeded generator where one archive will do."""


class Maker:
    """The archive under construction; every call of `entry` takes the next key, id and request."""

    def __init__(self, pick: Pick) -> None:
        self._pick = pick
        self.rows: list[Row] = []
        self.files: dict[str, bytes] = {}
        self.nodes: dict[str, Node] = {}
        self.outside: dict[str, bytes] = {}
        self._made = 0

    def pick(self, *choices: Any) -> Any:
        """Choose one of these."""
        return self._pick(choices)

    def entry(self, **changes: Any) -> dict[str, Any]:
        """Return an entry as the old system wrote it, in no index yet; a change of ... leaves the field away."""
        self._made += 1
        day, number = _FIRST_DAY + timedelta(days=self._made), self._made
        frame = changes.get("timeframe", self.pick(*TIMEFRAMES))
        key = {"timeframe": frame, "asOfDate": changes.get("asOfDate", day.isoformat())}
        moment = _FIRST_MS + 86_400_007 * number
        made = {
            "id": snapshot_id(key, moment, str(number)),
            **key,
            **self._times(moment),
            "requestId": f"{number:08x}-ef1c-4856-9b88-{number:012x}",
            "store": self.pick(*STORES),
            "summary": _summary(number),
            "filePath": f"{snapshot_id(key, moment, str(number))}.json",
            "sizeBytes": self.pick(0, 0, 6142),
            "version": 1,
            "supersedes": None,
            "diffMetadata": _diff(key),
            "createdBy": "api",
            "createdVia": "api",
            "regenerated": False,
            **self._marks(moment),
        }
        return {name: value for name, value in {**made, **changes}.items() if value is not ...}

    def listed(self, **changes: Any) -> dict[str, Any]:
        """Return such an entry, put into the index."""
        made = self.entry(**changes)
        self.rows.append(made)
        return made

    def payload(self, entry: Row, **changes: Any) -> dict[str, Any]:
        """Return the snapshot that the old system made for this entry."""
        made = {name: entry[name] for name in ("requestId", "generatedAt", "asOfDate", "timeframe") if name in entry}
        made |= {"dateRange": _range(made), "store": entry.get("store", ...), "metrics": _metrics(self.pick(*ITEMS))}
        made |= {"recommendations": {"promotions": [], "pricing": [], "inventory": []}, "confidence": "high"}
        made |= {"itemCount": 60, "snapshotId": entry["id"], **changes}
        return {name: value for name, value in made.items() if value is not ...}

    def wrapper(self, payload: dict[str, Any], **changes: Any) -> bytes:
        """Return the file that the old cache kept of a payload."""
        key = {name: payload[name] for name in ("timeframe", "asOfDate")}
        cached = {"cachedAt": "2026-01-10T03:03:33.771Z", "version": "1.0"}
        return as_json({"key": keyed(key), **key, "snapshot": payload, **cached, **changes})

    def put(self, path: str, raw: bytes) -> str:
        """Add a file; one that another shape already has there keeps its place, and this one gets a name beside it."""
        while path in self.files or path in self.nodes:
            path = path.removesuffix(".json") + "_2.json"
        self.files[path] = raw
        return path

    def _times(self, moment: int) -> dict[str, str]:
        apart = self.pick(0, 0, 1)  # the field's entries were generated up to a millisecond before they were created
        how = self.pick("ms", "ms", "s", "offset")
        return {"createdAt": written_time(moment + apart, how), "generatedAt": written_time(moment, how)}

    def _marks(self, moment: int) -> dict[str, Any]:
        if self.pick(False, False, True):
            at = written_time(moment + 11, self.pick("ms", "s"))
            return {"emailSent": True, "emailSentAt": at, "emailRecipient": self.pick(*RECIPIENTS)}
        return {"emailSent": False, "emailSentAt": None, "emailRecipient": None}


def written_time(moment: int, how: str) -> str:
    """Return epoch milliseconds as text: with milliseconds, without ("s"), or with an offset instead of Z."""
    at = datetime.fromtimestamp(moment // 1000, UTC)
    part = f".{moment % 1000:03d}" if how != "s" else ""
    return f"{at:%Y-%m-%dT%H:%M:%S}{part}{'+00:00' if how == 'offset' else 'Z'}"


def snapshot_id(key: Row, moment: int, salt: str) -> str:
    """Return an id as the old system made it; its last part was no hash of anything that is left."""
    return f"snapshot_{key['timeframe']}_{key['asOfDate']}_{moment}_{sha256(salt.encode()).hexdigest()[:8]}"


def keyed(key: Row) -> str:
    """Return the name that the old cache gave to a timeframe and a date."""
    return f"snapshot_{key['timeframe']}_{key['asOfDate']}"


def _range(key: Row) -> dict[str, str]:
    day = str(key.get("asOfDate"))
    known = {"asOfDate": day, "timeframe": str(key.get("timeframe"))}
    return {"startDate": f"{day}T00:00:00.000Z", "endDate": f"{day}T23:59:59.999Z", **known}


def _summary(number: int) -> dict[str, Any]:
    return {"itemCount": 60, "totalRevenue": 7000 + number, "totalProfit": 4863, "averageMargin": 60.51, "recommendationCount": 12}  # fmt: skip


def _diff(key: Row) -> dict[str, Any]:
    return {"itemsWithPricing": 16, "highestMarginSku": ITEMS[0], "lowestMarginSku": ITEMS[1], "dateRange": _range(key)}


def _metrics(item: str) -> dict[str, Any]:
    top = {"name": item, "margin": 61.11, "retailPrice": 18, "cost": 7}
    return {"totalItems": 60, "averageMargin": 60.51, "totalRevenue": 8088, "totalProfit": 4863, "topItems": [top]}
