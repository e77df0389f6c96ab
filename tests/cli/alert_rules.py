"""The alert rules that look at one moment, evaluated over what one installation writes: as much of PromQL as they use.

All series are of one instance, so `on (instance)` and `by (instance)` leave one of each.
"""

import operator
import re

import yaml

from tests.guards import REPO

_COMPARISONS = {">=": operator.ge, "==": operator.eq, ">": operator.gt, "<": operator.lt}
_SELECTOR = re.compile(r"([a-z_]+)(?:\{(.*)\})?")


def firing(alert, samples, now_s):
    """Return the label sets for which an alert fires, sorted, given {(name, labels): value}; its `for` is passed by."""
    groups = yaml.safe_load((REPO / "docs" / "monitoring" / "alerts.yml").read_text("utf-8"))["groups"]
    (expression,) = [rule["expr"] for group in groups for rule in group["rules"] if rule["alert"] == alert]
    return sorted((dict(labels) for labels in _value(expression, samples, now_s)), key=str)


def _value(text, samples, now_s):
    """Return the vector of an expression, as {labels: value}, or the number of one that is a scalar."""
    text = _bare(text)
    for word in (" or ", " unless on (instance) "):
        left, found, right = _halves(text, word)
        if found:
            before, after = _value(left, samples, now_s), _value(right, samples, now_s)
            return {**after, **before} if word == " or " else {} if after else before
    for sign, holds in _COMPARISONS.items():
        left, found, right = _halves(text, f" {sign} ")
        if found:
            bound = _value(right, samples, now_s)
            return {labels: one for labels, one in _value(left, samples, now_s).items() if holds(one, bound)}
    left, found, right = _halves(text, " - ")
    if found:
        return {labels: _value(left, samples, now_s) - one for labels, one in _value(right, samples, now_s).items()}
    if text.startswith("max by (instance) "):
        found = _value(text.removeprefix("max by (instance) "), samples, now_s)
        return {frozenset(): max(found.values())} if found else {}
    if text == "time()":
        return now_s
    if re.fullmatch(r"[\d* ]+", text):
        return _product(text)
    return _selected(text, samples)


def _product(text):
    total = 1
    for factor in text.split("*"):
        total *= int(factor)
    return total


def _selected(text, samples):
    name, inner = _SELECTOR.fullmatch(text).groups()
    matchers = re.findall(r'([a-z_]+)(=~|!=|=)"([^"]*)"', inner or "")
    return {labels: one for (of, labels), one in samples.items() if of == name and _matches(matchers, dict(labels))}


def _matches(matchers, labels):
    tests = {"=": operator.eq, "!=": operator.ne, "=~": lambda has, wanted: bool(re.fullmatch(wanted, has))}
    return all(tests[sign](labels.get(label, ""), wanted) for label, sign, wanted in matchers)


def _bare(text):
    """Take off the brackets around all of an expression."""
    text = text.strip()
    return _bare(text[1:-1]) if text.startswith("(") and _closing(text) == len(text) - 1 else text


def _closing(text):
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place
    return -1


def _halves(text, word):
    """Return what stands before and behind the first `word` that is in no brackets, and whether there is one."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "({") - (letter in ")}")
        if depth == 0 and text.startswith(word, place):
            return text[:place], True, text[place + len(word) :]
    return text, False, ""
