"""How each number of a snapshot came about: definition, formula, operands and arithmetic, from the snapshot alone."""
