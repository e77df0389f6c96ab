"""Words a YAML syntax error in one line, with what usually helps."""

import re

_QUOTED_OR_COMMENT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?<!\S)#.*")


def syntax_problem(text: str, line: int, began: int, problem: str) -> str:
    """Return what is wrong and what to do.

    Args:
        text: the whole file.
        line: where the parser gave up, from 1.
        began: where the construct began in which it did.
        problem: PyYAML's wording, which quotes one character of the file at most.
    """
    rows = text.split("\n")
    suspects = [_QUOTED_OR_COMMENT.sub("", rows[number - 1]) for number in (line, began) if number <= len(rows)]
    since = f", in what began on line {began}" if began != line else ""
    return f"not valid YAML: {problem}{since}; {_advice(suspects, problem)}"


def _advice(suspects: list[str], problem: str) -> str:
    if any("${" in row or "{date}" in row for row in suspects):
        return 'put quotes around the value that holds ${ or {date}, like "${NAME}"'
    if "\\t" in problem or any(row.lstrip(" ").startswith("\t") for row in suspects):
        return "indent with spaces, not with tabs"
    return "check its indentation, and put quotes around a value with special characters"
