"""Stands for the module of the API that reads the metadata of all installed packages.

The entry points are those of the packages here, known since they were assembled: looking for them takes long where much is
installed. So are their versions; those of the application's packages are read from the names of their folders.
"""
import os
import sys

_folders = {}  # by folder of sys.path, the versions of what is installed there


class PackageNotFoundError(ModuleNotFoundError):
    pass


class Distribution:
    pass


class EntryPoint:
    def __init__(self, name, value, group):
        self.name, self.value, self.group = name, value, group

    def load(self):
        module, _, attribute = self.value.partition(":")
        module = "_odigos." + module
        __import__(module)
        return getattr(sys.modules[module], attribute) if attribute else sys.modules[module]


class EntryPoints(tuple):
    @property
    def names(self):
        return {each.name for each in self}


def entry_points(group, name=None):
    known = _TABLE.get(group, {})
    return EntryPoints(EntryPoint(key, value, group) for key, value in known.items() if name in (None, key))


def _normal(name):
    return name.lower().replace("-", "_").replace(".", "_")


def _installed(folder):
    if folder not in _folders:
        names = os.listdir(folder or ".") if os.path.isdir(folder or ".") else ()
        pairs = (each[: -len(".dist-info")].rpartition("-") for each in names if each.endswith(".dist-info"))
        _folders[folder] = {_normal(name): number for name, _, number in pairs}
    return _folders[folder]


def version(name):
    if name in _VERSIONS:
        return _VERSIONS[name]
    for folder in sys.path:
        found = _installed(folder).get(_normal(name))
        if found:
            return found
    import importlib.metadata

    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError as error:
        raise PackageNotFoundError(name) from error


def __getattr__(name):
    import importlib.metadata

    return getattr(importlib.metadata, name)
