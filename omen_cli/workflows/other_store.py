"""One old snapshot is one store's: what was brought over as another's is not brought over once more."""

from collections.abc import Iterable, Mapping

from omen_cli.archive.standing import Standing
from omen_cli.errors import InvalidArgument
from omen_cli.legacy.plan import Planned


def require_one_store(snapshots: Iterable[Planned], standings: Mapping[str, Standing]) -> None:
    """Refuse a plan by which a store would get what another one has already.

    Raises:
        InvalidArgument: names the snapshot and both stores; another `--default-store` was given before.
    """
    owners = {
        snapshot_id: store_id
        for store_id, standing in standings.items()
        for snapshot_id, had in standing.by_id.items()
        if had.is_legacy
    }
    for one in snapshots:
        owner = owners.get(one.id, one.store_id)
        if owner != one.store_id and one.id not in standings[one.store_id].by_id:
            raise InvalidArgument(
                f"{one.id}: was brought over as a snapshot of {owner}, and would be one of {one.store_id} now",
                hint=f"give the --default-store of the first run, {owner}; nothing was written",
            )
