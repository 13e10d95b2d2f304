import importlib.metadata
import importlib.resources
import pkgutil
import sys

print(sys.argv[1:], __name__, __spec__.name, __package__, sys.path[0] != "")
print(importlib.resources.files("program").joinpath("data.txt").read_text().strip(), pkgutil.get_data("program", "data.txt"))
print(sorted(module.name for module in pkgutil.iter_modules(["program"])), [each.name for each in importlib.metadata.distributions() if "opentelemetry" in each.name])
print(sorted(name for name in sys.modules if "odigos" in name.lower() and not name.startswith("_odigos")))
sys.exit(3)
