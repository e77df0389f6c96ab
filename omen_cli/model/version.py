"""The version of omen, said once: pyproject.toml reads it from here, and every snapshot carries it."""

VERSION = "0.1.0"
