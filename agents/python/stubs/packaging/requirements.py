"""Stands for packaging.requirements, which takes long to load: what instrumentors write, without markers.

A pre-release counts as its release: an application that tries one is instrumented.
"""
import operator

from .version import Version

_COMPARISONS = (
    (">=", operator.ge),
    ("<=", operator.le),
    ("==", operator.eq),
    ("!=", operator.ne),
    (">", operator.gt),
    ("<", operator.lt),
)


class InvalidRequirement(ValueError):
    pass


def _release(text):
    return tuple(int(word) for word in text.split("."))


def _is_met(condition, found):
    if condition.startswith("~="):
        wanted = _release(condition[2:])
        return found >= wanted and found[: len(wanted) - 1] == wanted[:-1]
    for sign, compare in _COMPARISONS:
        if condition.startswith(sign):
            wanted = _release(condition[len(sign) :])
            length = max(len(wanted), len(found))
            return compare(*(each + (0,) * (length - len(each)) for each in (found, wanted)))
    raise InvalidRequirement(condition)


class SpecifierSet:
    def __init__(self, text):
        self._conditions = [each.strip() for each in text.split(",") if each.strip()]

    def contains(self, version):
        found = Version(version).release
        return all(_is_met(each, found) for each in self._conditions)


class Requirement:
    def __init__(self, text):
        end = next((at for at, char in enumerate(text) if char in "<>=!~ "), len(text))
        self._text = text
        self.name = text[:end]
        self.specifier = SpecifierSet(text[end:])

    def __str__(self):
        return self._text
