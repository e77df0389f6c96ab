"""One fault and what comes after it, the same in every layer: look, run the same command again, look closer."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from tests.faults.children import Died, in_child
from tests.faults.invariants import Start, judge, problems
from tests.faults.scene import AT, Acknowledged, Answer, Scene

LATER = AT + timedelta(hours=1)


def attempt(work: Callable[[], Answer]) -> tuple[Answer | None, list[str]]:
    """Return what a command in a child answered, None when it was killed, and what is wrong with how it ended."""
    try:
        answer = in_child(work)
    except Died as died:
        return None, ["it hung"] if died.is_hung else []
    except RuntimeError as error:
        return None, [f"a trace: {str(error).splitlines()[-1]}"]
    return answer, judge(answer.status, answer.text)


def aftermath(scene: Scene, folder: Path, start: Start, acknowledged: Acknowledged) -> list[str]:
    """Return what is broken after a fault, and after the same command was run again, which must do its work."""
    found = problems(folder, acknowledged, start=start, untouched=scene.untouched)
    again, wrong = attempt(lambda: scene.run(folder, LATER))
    found += [f"run again: {line}" for line in wrong]
    if again is None:
        return [*found, "run again: it died"]
    if again.status not in scene.statuses:
        found.append(f"run again: {again.status}: {again.text.strip()[-200:]}")
    if again.snapshots != scene.answers:
        found.append(f"run again: {again.snapshots} snapshots acknowledged, not {scene.answers}")
    kept = acknowledged | again.acknowledged
    settled = problems(folder, kept, start=start, untouched=scene.untouched, is_settled=True)
    return found + [f"run again: {line}" for line in (*settled, *scene.problems(folder))]


def told(what: str, found: Iterable[str]) -> list[str]:
    """Return the violations of one injection, one line each."""
    return [f"{what}: {' '.join(line.split())}" for line in found]
