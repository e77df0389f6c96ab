"""The legacy layer: reads the tree of the old single-tenant system and plans what becomes of it; writes nothing."""
