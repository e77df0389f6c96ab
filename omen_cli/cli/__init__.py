"""The cli layer: the thin shell: arguments in, one workflow, one answer out."""
