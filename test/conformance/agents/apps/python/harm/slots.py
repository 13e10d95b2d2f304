# Loaders without a __dict__, and one that makes the module itself.
import importlib.machinery
import sys
import types


class Loader:
    __slots__ = ()

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.told = [type(module.__loader__).__name__, type(module.__spec__.loader).__name__]


class Old:
    __slots__ = ()

    def load_module(self, name):
        module = sys.modules[name] = types.ModuleType(name)
        module.told = ["Old"]
        return module


class Finder:
    def __init__(self, name, loader):
        self.name = name
        self.loader = loader

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self.loader) if name == self.name else None


sys.meta_path[:0] = [Finder("requests", Loader())]
sys.meta_path[len(sys.meta_path) :] = [Finder("redis", Loader()), Finder("pymongo", Old())]
import pymongo
import redis
import requests

print(requests.told, redis.told, pymongo.told, type(redis.__spec__.loader).__name__)
