"""The facts layer: executes such a plan in the embedded database: typed facts, and what was set aside."""
