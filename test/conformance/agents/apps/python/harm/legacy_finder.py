# Until Python 3.11 a finder may have find_module alone.
import sys
import types


class Finder:
    def find_module(self, name, path=None):
        return self if name in ("requests", "redis", "flask") else None

    def load_module(self, name):
        module = sys.modules[name] = types.ModuleType(name)
        module.__loader__ = self
        return module


sys.meta_path.append(Finder())
for name in ("requests", "redis", "flask"):
    try:
        print(name, type(__import__(name).__loader__).__name__)
    except ImportError as error:
        print(error)
