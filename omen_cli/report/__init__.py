"""The report layer: values become text."""
