"""Run: one tick of the schedule for every store: what is due is made and sent, once, each store by itself."""

from collections.abc import Callable

from omen_cli.archive.archive import Archive
from omen_cli.archive.layout import Layout, layout_for
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import Busy, ConfigInvalid, DeliveryFailed, InsufficientStorage
from omen_cli.workflows.attempt import BEFORE_MAIL
from omen_cli.workflows.choice import Choice
from omen_cli.workflows.due import StoreDue, due_of
from omen_cli.workflows.offers import Offer, offers_of
from omen_cli.workflows.request import Caller
from omen_cli.workflows.run_generate import generate_due
from omen_cli.workflows.send import send
from omen_cli.workflows.send_plan import plan_send
from omen_cli.workflows.sent import Result, Sent
from omen_cli.workflows.terms import Terms
from omen_cli.workflows.tick import MAIL, Means, Tick, Trouble
from omen_cli.workflows.undelivered import undelivered

_MOST_UNREACHED = 2  # in a row; then the server is left alone until the next tick


def layout_of(settings: Settings) -> Layout:
    """Return the layout by which what belongs to no store is found."""
    return layout_for(settings.data, next(iter(settings.stores)))


def run_all(settings: Settings, caller: Caller, means: Means, between: Callable[[], None]) -> Tick:
    """Do for every store what is due, and return what was done and what went wrong; call it alone.

    Args:
        settings: of the installation.
        caller: who runs it, and the time for which things are due.
        means: what is needed of the outside.
        between: called after each store; what it raises ends the tick.
    """
    tick = Tick()
    for store in settings.stores.values():
        if store.schedule:
            _run_store(store, settings, caller, means, tick)
            between()
    return tick


def _run_store(store: StoreSettings, settings: Settings, caller: Caller, means: Means, tick: Tick) -> None:
    archive = Archive(settings.data, store.store_id)
    most = settings.limits.catch_up
    try:
        due = due_of(archive, store, caller.at, most)
        if due.requests():
            generate_due(due, settings, caller, means.compute, tick)
            due = due_of(archive, store, caller.at, most)
        _send_due(archive, due, settings, caller, means, tick)
    except Busy:
        tick.unsure.add(store.store_id)
    except InsufficientStorage as error:  # a message could not be frozen, or its state not be made durable
        tick.refuse(store.store_id, error)
        tick.has_waiting = True
    except Exception as error:  # noqa: BLE001  one store's failure is never another's; a bug's trace is kept there
        code = Trouble("", None, "", error).code
        is_mail = isinstance(error, ConfigInvalid)  # of the installation: said once, not by each store
        key = f"{MAIL} {code}" if is_mail else f"{store.store_id} {code}"
        tick.meet(Trouble(key, None if is_mail else store.store_id, store.store_id, error))
        tick.unsure.add(store.store_id)
        tick.has_waiting = True


def _send_due(archive: Archive, due: StoreDue, settings: Settings, caller: Caller, means: Means, tick: Tick) -> None:
    for offer in offers_of(archive, due, settings):
        for trouble in offer.troubles:
            tick.meet(trouble)
        tick.has_waiting |= offer.is_waiting
        if offer.to and tick.unreached < _MOST_UNREACHED:
            sent = _sent(offer, due.store, settings, caller, means)
            tick.sent.append(sent)
            for result in sent.results:
                _note(sent, result, tick)


def _sent(offer: Offer, store: StoreSettings, settings: Settings, caller: Caller, means: Means) -> Sent:
    terms = Terms(to=offer.to, is_unattended=True)
    plan = plan_send(settings, store, Choice(snapshot_id=offer.entry.id), terms, caller)
    return send(plan, terms, caller, means.tools(store))


def _note(sent: Sent, result: Result, tick: Tick) -> None:
    """Take in what became of one message."""
    if result.phase is not None:
        tick.unreached = tick.unreached + 1 if result.outcome == "queued" and result.phase in BEFORE_MAIL else 0
    if result.outcome in ("failed", "unknown"):
        tick.meet(undelivered(sent.entry, result.key, result.recipient, result.outcome, result.reply or ""))
    if tick.unreached:
        unreached = DeliveryFailed(
            f"the mail server cannot be talked to ({result.reply}): messages are queued",
            hint="they are offered again by themselves for three days; omen doctor --mail tells what is wrong",
        )
        tick.meet(Trouble(f"{MAIL} unreached", None, "mail", unreached))
    if result.outcome == "sent" and result.mark and not result.mark.success:
        about = f"{sent.entry.store_id} {sent.entry.timeframe} {sent.entry.as_of_date}"
        error = DeliveryFailed(
            f"{sent.entry.id}: {result.recipient} got it, but that could not be recorded ({result.mark.message})",
            hint=f"do not send it again; omen deliveries --store {sent.entry.store_id} shows how it stands",
            snapshot_id=sent.entry.id,
            delivery_key=result.key,
            delivery_state="unrecorded",
        )
        tick.meet(Trouble(f"{sent.entry.id} {result.key} unrecorded", sent.entry.store_id, about, error))
