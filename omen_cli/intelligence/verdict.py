"""The verdict: of all signals the one to act on first, and the next.

Source: docs/kpis.md, "signals and verdict".
"""

from decimal import Decimal

from omen_cli.intelligence.rounding import two_decimals
from omen_cli.intelligence.signals import SIGNALS, STABLE, SignalRule
from omen_cli.intelligence.situation import Situation, Spoken
from omen_cli.model.outlook import Signal, Verdict


def hear(of: Situation) -> tuple[Signal, ...]:
    """Return the signals that speak: by rank, then falling stake as it is shown, unknown last, then name; or STABLE."""
    spoken = [(rule, said) for rule in SIGNALS if (said := rule.speaks(of))]
    found = [_signal(rule, said) for rule, said in spoken] or [_signal(STABLE, STABLE.speaks(of))]
    return tuple(sorted(found, key=lambda one: (one.rank, one.stake is None, -(one.stake or Decimal(0)), one.name)))


def judge(signals: tuple[Signal, ...]) -> Verdict:
    """Return the first signal as the verdict and the second, if there is one, as its runner-up."""
    return Verdict(signal=signals[0].name, runner_up=signals[1].name if len(signals) > 1 else None)


def _signal(rule: SignalRule, said: Spoken | None) -> Signal:
    if said is None:
        raise ValueError(f"{rule.name} has nothing to say")
    return Signal(
        name=rule.name,
        rank=rule.rank,
        stake=two_decimals(said.stake),
        action=said.action,
        reason=said.reason,
        consequence=said.consequence,
        skus=tuple(metrics.item.sku for metrics in said.items),
    )
