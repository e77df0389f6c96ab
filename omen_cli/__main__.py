"""`python -m omen_cli` is `omen`."""

from omen_cli.cli.main import run

if __name__ == "__main__":
    run()
