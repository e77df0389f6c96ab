"""OMEN: one trustworthy snapshot a day, a week or a month of every store, kept in plain files."""
