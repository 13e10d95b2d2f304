# What importlib.util documents for lazy imports, and specifications that are asked for.
import importlib.machinery
import importlib.util
import pickle
import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name != "urllib.request":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


first, second = importlib.util.find_spec("sqlite3"), importlib.util.find_spec("sqlite3")
requested = importlib.util.find_spec("urllib.request")
print(first == second, requested.loader == importlib.machinery.PathFinder.find_spec("urllib.request", sys.modules["urllib"].__path__).loader)
print(pickle.loads(pickle.dumps(requested.loader)) == requested.loader)
for at in (0, len(sys.meta_path) - 1):
    finder = Finder()
    sys.meta_path.insert(at, finder)
    sys.modules.pop("urllib.request", None)
    import urllib.request

    print("http.client" in sys.modules)
    sys.meta_path.remove(finder)
print(urllib.request.urlopen.__name__, type(urllib.request.__loader__).__name__)
