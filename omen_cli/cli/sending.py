"""What sending needs of the outside: how messages are made, who takes them, the clock, and how to wait."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.cli.session import Session
from omen_cli.workflows.deliver import Tools

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.delivery.verdict import Transport
    from omen_cli.model.legacy import AnySnapshot
    from omen_cli.model.letter import Correction, Envelope


def tools_for(session: Session, store: "StoreSettings", *, has_items: bool) -> Tools:
    """Return the tools; templates, charts and SMTP are imported when something is really to be sent."""

    def compose_all(
        snapshot: "AnySnapshot", correction: "Correction | None", envelopes: "Sequence[Envelope]"
    ) -> tuple[bytes, ...]:
        from omen_cli.workflows.compose import compose_all as compose

        has_csv = has_items or session.settings.mail.attach_items
        return compose(snapshot, store.locale, correction, envelopes, has_items=has_csv)

    def transport() -> "Transport":
        from omen_cli.workflows.transport import transport_of

        return transport_of(session.settings)

    def pause(wait_s: float) -> None:
        session.say(f"omen: the server did not take it; another try in {wait_s:.0f} s")
        session.world.pause(wait_s)

    return Tools(compose_all, transport, session.world.now, pause)
