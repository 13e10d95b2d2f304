"""Stands for typing_extensions, which changes `typing` for all where it is old: the few names that are used here."""
import typing


def deprecated(*_args, **_options):
    return lambda marked: marked


def assert_never(value):
    raise AssertionError("unexpected: %r" % (value,))


class _Generic:
    def __getitem__(self, _item):
        return typing.Any


class _ParamSpec:
    args = kwargs = typing.Any

    def __new__(cls, *_args, **_options):
        return ...


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(typing, name, _ParamSpec if name == "ParamSpec" else _Generic())
