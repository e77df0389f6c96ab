"""The layers of the fault suite, in the order of the table, and the parts that two workers share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from importlib import import_module

from tests.faults.commands import SCENES, scene_named
from tests.faults.tally import Tally

SEED = 20_261_123
FLOORS = {"injections": 10_000, "states": 5_000, "hostile": 2_000, "processes": 2_000}
BY_SCENE = ("inject", "reordering")
MODULES = (*BY_SCENE, "smtp", "old_archives", "straced", "enospc", "powercut", "processes", "hostile")
_COUNTS = tuple(one.name for one in fields(Tally) if one.type in ("int", int))


@dataclass(frozen=True)
class Part:
    """What one worker does at a time: a layer, or one scene of it."""

    module: str
    scene: str = ""


def parts(modules: Iterable[str] = MODULES) -> Iterator[Part]:
    """Yield the parts, those first that no other can be beside: whole layers take longest."""
    chosen = tuple(modules)
    yield from (Part(name) for name in chosen if name not in BY_SCENE)
    for name in BY_SCENE:
        if name in chosen:
            yield from (Part(name, scene.name) for scene in SCENES)


def run_part(part: Part, *, is_sample: bool, seed: int = SEED) -> Tally:
    """Run one part; a layer that breaks off is a violation, not the end of the others."""
    try:
        run: Callable[..., Tally] = import_module(f"tests.faults.{part.module}").run
        if part.scene:
            return run(is_sample=is_sample, seed=seed, scenes=[scene_named(part.scene)])
        return run(is_sample=is_sample, seed=seed)
    except Exception as error:  # noqa: BLE001
        about = f"{part.module} {part.scene}".strip()
        return Tally(part.module, violations=[f"{about}: broke off: {type(error).__name__}: {error}"])


def added(tallies: Iterable[Tally], layer: str) -> Tally:
    """Return the sum of tallies; what any of them skipped is said once."""
    total = Tally(layer)
    for one in tallies:
        for name in _COUNTS:
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.seconds += one.seconds
        total.skipped = total.skipped or one.skipped
        total.note = total.note or one.note
        total.violations += one.violations
    return total


def below_floors(total: Tally) -> list[str]:
    """Return the counts of a whole run that are lower than they must be."""
    return [
        f"{name}: {getattr(total, name)}, at least {floor} are needed"
        for name, floor in FLOORS.items()
        if getattr(total, name) < floor
    ]
