"""An installation with both stores and an old archive where the new ones go."""

import json

from tests.cli.stores import NJ
from tests.old_sample import lay_old


class Old:
    """What lays the old archive, migrates it, and reads what became of it."""

    def __init__(self, stores, omen):
        self.stores, self.omen, self.root = stores, omen, stores.data / "snapshots"

    def lay(self, files):
        """Write the old files."""
        lay_old(self.root, files)
        self.root.chmod(0o700)
        return self

    def migrate(self, *more):
        """Run `omen migrate` in place."""
        return self.omen("migrate", "--from", self.root, "--json", *more)

    def document(self, of, store=NJ):
        """Return the snapshot that an entry became."""
        return json.loads((self.root / store / f"{of['id']}.json").read_bytes())

    def ends(self, run):
        """Return the end of each part by its name."""
        return {one["name"]: one["end"] for one in run.data["items"]}
