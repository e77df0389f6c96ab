"""What a third party may read of an export that is wrong: its name, and omen's own words; nothing out of it."""

import re

_HOME = "what is wrong with it is said on the machine only"
_TOLD = re.compile(  # what may stand behind the name; all that follows may be out of the file, and is left out
    r"no file at [^:]+"
    r"|no file dated on or before \d{4}-\d\d-\d\d at [^:]+"
    r"|a folder, not a file, is at [^:]+"
    r"|the folder [^:]+ cannot be read"
    r"|\d+ files match; at most \d+ are read at once"
    r"|its path is not UTF-8"
    r"|omen reads \.csv, \.parquet, \.json and \.jsonl \(text also as \.gz\)"
    r"|format [a-z-]+ reads [a-z., ]+ files, this is \.[a-z]+"
    r"|cannot be read"
    r"|not a regular file"
    r"|the file is empty"
    r"|it changed while it was read"
    r"|larger than \d+ MiB"
    r"|binary data near line \d+, not text"
    r"|not UTF-8 near line \d+"
    r"|line \d+ is longer than 1 MiB: not a table"
    r"|no line names the columns"
    r"|the header line cannot be read"
    r"|no column for [a-z_]+(, [a-z_]+)*"
    r"|the quotes do not match from line \d+ on"
    r"|the inventory has no rows"
    r"|not JSON"
    r"|a key stands twice in row \d+"
    r"|it holds no objects"
    r"|no `inventory` list: not an omen-json inventory"
)
_INSTEAD = (  # words of omen's around what was found in the file, and what is told instead
    (re.compile(r"the column .* stands twice in the header"), "a column stands twice in the header"),
    (re.compile(r".* could both be [a-z_]+; say which under columns:"), "two of its columns could be the same one"),
    (re.compile(r"columns: maps .*"), "a column that `columns:` names is not in it"),
    (re.compile(r"its `store` is .*"), "its `store` is another"),
    (re.compile(r"its `updated_at` is not a time.*"), "its `updated_at` is not a time"),
)


def told_of_export(message: str) -> str:
    """Return what may be told of the message of a SourceInvalid; of one that is not known here, only what it names.

    Every such message begins with the name of a file, a source or a path; what follows is told as far as it is known to
    be omen's own words.
    """
    name, _, what = message.partition(": ")
    for pattern, words in _INSTEAD:
        if pattern.fullmatch(what):
            return f"{name}: {words}"
    found = _TOLD.match(what)
    return f"{name}: {found[0] if found else _HOME}" if what else _HOME
