"""The sources layer: plans how a store's exports become the canonical tables."""
