"""The model layer: frozen values; no input, no output."""
