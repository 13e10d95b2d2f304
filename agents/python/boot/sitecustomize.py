"""Loaded by every Python process of an instrumented container, because this folder is first on PYTHONPATH.

It starts the OpenTelemetry SDK that fits the interpreter, then gives way to the sitecustomize module that would have been
loaded without it. Whatever Python reads this file (2.7 too), the application must start: nothing may escape.
"""
import os
import sys

_BOOT = os.path.dirname(os.path.abspath(__file__))

# One-off tools. Applications are started by other modules, or by a file.
_TOOLS = ("pip", "pipenv", "poetry", "pdm", "uv", "venv", "virtualenv", "ensurepip", "compileall", "py_compile", "conda")
# Wrappers that bring another agent put their own sitecustomize on PYTHONPATH, or are the command itself.
# generated: other agents, from src/api/agents/foreign-agents.ts
_OTHER_AGENTS = (
    "appdynamics",
    "ddtrace",
    "elasticapm",
    "newrelic",
    "opentelemetry-instrument",
    "opentelemetry/instrumentation",
    "splunk-py-trace",
)
# end of generated


def _is_true(name):
    return os.environ.get(name, "").strip().lower() == "true"


def _is_debug():
    return _is_true("ODIGOS_DEBUG") or os.environ.get("OTEL_LOG_LEVEL", "").strip().lower() == "debug"


def _debug(message):
    if _is_debug():
        sys.stderr.write("odigos: " + message + "\n")


def _packages():
    """Entries to append to sys.path for this interpreter: a folder and a zip of its modules. Empty if it is not supported."""
    if getattr(getattr(sys, "implementation", None), "name", "") != "cpython":
        return []
    agent = os.path.dirname(_BOOT)
    version = sys.version_info[:2]
    for minimum in ((3, 10), (3, 9), (3, 8)):
        if version < minimum:
            continue
        generation = "%d.%d" % minimum
        compiled = os.path.join(agent, "modules-%d.%d.zip" % version)
        source = os.path.join(agent, "modules-%s-source.zip" % generation)
        found = [os.path.join(agent, "site-" + generation), compiled if os.path.isfile(compiled) else source]
        return found if all(os.path.exists(path) for path in found) else []
    return []


def _command():
    """The arguments of this process. sys.argv does not exist yet."""
    arguments = getattr(sys, "orig_argv", None)
    if arguments is None:
        with open("/proc/self/cmdline", "rb") as file:
            arguments = file.read().decode("utf-8", "replace").split("\0")
    return arguments[1:]


def _is_tool(command):
    """Whether this is a package tool or an inline snippet (as probes use), where starting the SDK only costs time."""
    while command and command[0].startswith("-"):
        option = command[0]
        rest = command[1] if len(command) > 1 else ""
        if option == "-m":
            return rest.split(".")[0] in _TOOLS
        if option == "-c":
            return "spawn_main" not in rest and "forkserver" not in rest  # worker processes of multiprocessing and billiard
        command = command[2:] if option in ("-W", "-X") else command[1:]
    return bool(command) and os.path.basename(command[0]).rstrip("0123456789.") in _TOOLS


def _reason_to_skip(packages):
    if _is_true("OTEL_SDK_DISABLED"):
        return "OTEL_SDK_DISABLED is true"
    if not packages:
        return "no packages for Python " + sys.version.split()[0]
    command = _command()
    if _is_tool(command):
        return "not an application"
    if _is_true("ODIGOS_FORCE"):
        return None
    traces = os.environ.get("PYTHONPATH", "") + " " + " ".join(command[:1])
    for agent in _OTHER_AGENTS:
        if agent in traces.lower():
            return "another agent: " + agent
    return _own_sdk()


def _own_sdk():
    import importlib.util

    try:
        found = importlib.util.find_spec("opentelemetry.sdk")
    except Exception:  # no package "opentelemetry" at all
        found = None
    return "the application brings its own OpenTelemetry SDK" if found else None


def _application_folder():
    """The entry that the interpreter will insert first in sys.path, after this file has run; None if there is none."""
    script = (getattr(sys, "argv", None) or [""])[0]  # before Python 3.8 it does not exist yet
    if script in ("-m", "-c", "-"):
        return None if _is_safe_path() else ""
    if not script:  # Python embedded in another program, which has its own rules
        return None
    import pkgutil

    if pkgutil.get_importer(script):  # a folder or an archive with a __main__
        return script
    return None if _is_safe_path() else os.path.dirname(os.path.realpath(script))


def _is_safe_path():
    return getattr(sys.flags, "safe_path", False)


def _not_to_run(folder):
    """The script, and modules beside it that hide some of Python's own: the application might never import them."""
    found = os.listdir(folder or ".") if os.path.isdir(folder or ".") else []
    names = {name[:-3] for name in found if name.endswith(".py")}
    names.update(name for name in found if os.path.isfile(os.path.join(folder, name, "__init__.py")))
    names.intersection_update(getattr(sys, "stdlib_module_names", ()))  # since Python 3.10
    script = os.path.basename(sys.argv[0])
    return names.union([script[:-3]] if script.endswith(".py") else [])


def _as_the_application(action, *arguments):
    """Calls with the application's future sys.path, so that packages beside its script take precedence."""
    folder = _application_folder()
    if folder is None:
        return action(*arguments)
    kept = [name for name in _not_to_run(folder) if name not in sys.modules]
    sys.path.insert(0, folder)
    sys.modules.update((name, None) for name in kept)  # imports of it fail
    try:
        return action(*arguments)
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
        for name in kept:
            if sys.modules.get(name, name) is None:
                del sys.modules[name]


def _start(packages):
    # Last, so that the application's own versions of shared dependencies take precedence.
    sys.path.extend(packages)
    # The only protocol in these packages; the distribution would default to gRPC.
    os.environ.setdefault("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    if not _is_debug():
        _silence()
    _prefer_our_api(packages)
    from opentelemetry.instrumentation.auto_instrumentation import initialize

    # The packages for Python 3.8 do not know the parameter.
    initialize(**({} if sys.version_info < (3, 9) else {"swallow_exceptions": False}))


def _prefer_our_api(packages):
    """Libraries of the application often bring an older opentelemetry-api, which the SDK cannot use; they can use ours."""
    import opentelemetry

    ours = tuple(packages)
    opentelemetry.__path__ = sorted(opentelemetry.__path__, key=lambda path: not path.startswith(ours))


def _silence():
    """Keeps the SDK's own messages (for example about an unreachable collector) out of the application's log."""
    import logging

    logger = logging.getLogger("opentelemetry")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _instrument(packages):
    reason = _reason_to_skip(packages)
    if reason:
        _debug("not instrumented: " + reason)
        return
    try:
        _start(packages)
        _debug("instrumented")
    except BaseException:
        _take_back(packages)
        raise


def _take_back(packages):
    """Removes all parts of an agent that failed to start, so that the application does not find them."""
    sys.path[:] = [path for path in sys.path if path not in packages]
    for name, module in list(sys.modules.items()):
        origin = getattr(module, "__file__", None) or ""
        if name.split(".")[0] == "opentelemetry" or any(origin.startswith(path + os.sep) for path in packages):
            del sys.modules[name]


def _forget_empty_element():
    """A reference in PYTHONPATH with an empty value leaves "<boot>:", which includes the working directory."""
    if os.environ.get("PYTHONPATH") == _BOOT + ":" and sys.path[:1] == [_BOOT] and sys.path[1:2] == [os.getcwd()]:
        del sys.path[1]


def _next_sitecustomize():
    """Loads the module that this one hides, as `sitecustomize`. Its exceptions are reported as usual."""
    path = [entry for entry in sys.path if os.path.abspath(entry or ".") != _BOOT]
    if sys.version_info[0] == 2:
        import imp

        try:
            found = imp.find_module("sitecustomize", path)
        except ImportError:
            return
        sys.modules.pop("sitecustomize", None)
        imp.load_module("sitecustomize", *found)
        return
    import importlib.machinery
    import importlib.util

    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


try:
    _forget_empty_element()
    _as_the_application(_instrument, _packages())
except BaseException:
    try:
        import traceback

        _debug("not instrumented: " + traceback.format_exc())
    except BaseException:
        pass

_next_sitecustomize()
