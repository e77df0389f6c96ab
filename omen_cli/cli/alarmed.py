"""The end of a command that met something worth an alarm: one alert for all of it, to every URL of `alerts:`."""

from contextlib import suppress
from typing import TYPE_CHECKING

from omen_cli.cli.session import Session

if TYPE_CHECKING:
    from omen_cli.model.alarm import Alarm


def tell_alarms(session: Session) -> None:
    """Tell the alarms that nobody was told of lately.

    Whatever happens here, the command has ended as it did. Whoever ends it by ^C meanwhile ends the telling only; what
    was not told is told by the next who meets it. A command that a signal ended tells nothing: that is to end now.
    """
    settings = session.settings_read
    if settings is None or not settings.alerts or session.world.stop_signal() is not None:
        return
    with suppress(Exception, KeyboardInterrupt):
        if alarms := _alarms(session):
            _tell(session, alarms)


def _alarms(session: Session) -> "tuple[Alarm, ...]":
    met = session.gathered
    if not (met.answer or met.error or met.low_disk or met.troubles):
        return ()
    from omen_cli.workflows.alarms import Ended, alarms_of

    stores = tuple(session.noted.stores)
    return alarms_of(Ended(session.command, stores, met.is_all, met.error, met.answer, met.low_disk, met.troubles))


def _tell(session: Session, alarms: "tuple[Alarm, ...]") -> None:
    from omen_cli.workflows.alerts import fresh_alarms, message_of, remember

    settings, now = session.settings, session.world.now
    fresh = fresh_alarms(settings, alarms, now)
    if not fresh:
        return
    from omen_cli.ops.alerts import send

    urls = [url.get_secret_value() for url in settings.alerts]
    problems = send(urls, *message_of(fresh))
    forgotten = remember(settings, [alarm for alarm, _ in fresh], now, is_told=not all(problems))
    for number, (url, problem) in enumerate(zip(urls, problems, strict=True), 1):
        if problem:
            session.say(f"omen: alert {number} ({url.partition('://')[0][:30]}) did not arrive: {problem}")
    if forgotten:
        session.say(f"omen: that an alert was sent cannot be remembered, so it is sent each time: {forgotten}")
