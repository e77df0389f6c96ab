"""Who may make a call: asked before every command, and audited when the answer is no."""

from collections.abc import Callable
from dataclasses import replace

from omen_cli.access.judgement import Call, Refusal, judge
from omen_cli.access.needs import need_of
from omen_cli.access.principal import Principal, local_operator
from omen_cli.config.settings import Settings
from omen_cli.errors import Forbidden, NotFound, OmenError, Unauthenticated
from omen_cli.workflows.denied import About, audit_denied, denial_of
from omen_cli.workflows.request import Caller
from omen_cli.workflows.sign_in import Source, principal_of

Unrecorded = Callable[[OmenError], None]


def admit(settings: Settings, call: Call, source: Source, caller: Caller, unrecorded: Unrecorded) -> Principal:
    """Return who makes the call, once they may.

    Args:
        settings: of the installation, whose `access.mode` is `token`.
        call: what is asked for.
        source: where their token may be.
        caller: the login name, which stands in the audit of a call without a valid token, and the time.
        unrecorded: told why `data/audit` does not tell of a refusal; the same whichever store it was about.

    Raises:
        Unauthenticated: there is no valid token; audited.
        Forbidden: it is not good for that; audited.
        NotFound: the token's store is not in stores.yaml; audited. Not 9, since no other token would do, and not 10,
            since nobody else's was asked for: exit 5 tells cron that there is no such store, and what to do.
        ConfigInvalid: there is no key to check a token with.
    """
    try:
        principal = _principal(settings, call, source, caller)
    except Unauthenticated as error:
        refusal = Refusal("unauthenticated", error.message, error.hint)
        _audit(settings, call, refusal, None, caller, unrecorded)
        raise
    if refused := judge(principal, call):
        _audit(settings, call, refused, principal, replace(caller, name=principal.name), unrecorded)
        between = _between(settings, principal, call, refused)
        raise Forbidden(refused.message, hint=refused.hint, between=between, kind=refused.kind)
    if gone := _without_store(settings, principal):
        _audit(settings, call, gone, principal, replace(caller, name=principal.name), unrecorded)
        raise NotFound(gone.message, hint=gone.hint)
    return principal


def _without_store(settings: Settings, principal: Principal) -> Refusal | None:
    """Return that the store to which a token confines its holder is not there; None when it is."""
    own = principal.confined_to
    if own is None or own in settings.stores:
        return None
    return Refusal("store", f"store '{own}': the token's, is not in {settings.path.name}", "ask whoever runs omen here")


def _principal(settings: Settings, call: Call, source: Source, caller: Caller) -> Principal:
    """Return who acts; where the key suffices and no token is given, it is whoever can read the key."""
    if need_of(call.command).key_suffices and (call.command == "token inspect" or source.token() is None):
        return local_operator(caller.name)
    return principal_of(settings.access, source, caller.at)


def _between(settings: Settings, principal: Principal, call: Call, refused: Refusal) -> tuple[str, str | None] | None:
    """Return in which store's name another was reached for; None when that was not tried."""
    if refused.kind not in ("store", "all") or principal.store_id is None:
        return None
    known = call.store_id if call.store_id in settings.stores else ""
    return principal.store_id, known if refused.kind == "store" else None


def _audit(
    settings: Settings,
    call: Call,
    refusal: Refusal,
    principal: Principal | None,
    caller: Caller,
    unrecorded: Unrecorded,
) -> None:
    """Audit in the archive that the call was about, which is the token's own where it names none."""
    own = principal.store_id if principal else None
    about = call.store_id if call.store_id is not None else own
    known = about if about in settings.stores else None
    role = principal.role if principal else None
    denial = denial_of(caller, refusal.kind, About(known, own, refusal.message, call.command, role))
    if error := audit_denied(settings, (known,) if known else (), denial):
        unrecorded(error)
