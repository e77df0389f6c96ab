"""The oracle: what a snapshot must say, worked out a second time from the rows of the exports.

It shares no code with omen_cli: plain loops over rows, exact fractions, rounded once at the end. Slow and simple on
purpose; where it and the pipeline differ, one of them has misread docs/kpis.md. One file for each part of a snapshot,
since it has to say all of one.
"""
