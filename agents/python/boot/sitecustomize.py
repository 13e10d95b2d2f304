"""Loaded by every Python process of an instrumented container, because this folder is first on PYTHONPATH.

It decides whether this process is the application, and if so waits for the libraries that it imports (`own/hooks.py`):
nothing of the application's is imported here, and nothing that it may want to patch first. Then it gives way to the
sitecustomize module that would have been loaded without it. Whatever Python reads this file (2.7 too), the application
must start: nothing may escape.
"""
import os
import sys

_BOOT = os.path.dirname(os.path.abspath(__file__))

# One-off tools, and programs that start the application as a process of its own.
# generated: launchers, from src/api/agents/python-launchers.ts
_TOOLS = (
    "circusd",
    "compileall",
    "conda",
    "dumb-init",
    "ensurepip",
    "hatch",
    "honcho",
    "pdm",
    "pip",
    "pipenv",
    "poetry",
    "py_compile",
    "supervisor",
    "supervisord",
    "uv",
    "venv",
    "virtualenv",
    "watchmedo",
)
# end of generated
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


def _debug(message):
    if _is_true("ODIGOS_DEBUG") or os.environ.get("OTEL_LOG_LEVEL", "").strip().lower() == "debug":
        sys.stderr.write("odigos: " + message + "\n")


def _modules():
    """The zip of modules for this interpreter; None if it is not supported."""
    if getattr(getattr(sys, "implementation", None), "name", "") != "cpython":
        return None
    agent = os.path.dirname(_BOOT)
    version = sys.version_info[:2]
    for minimum in ((3, 10), (3, 9), (3, 8)):
        if version < minimum:
            continue
        compiled = os.path.join(agent, "modules-%d.%d.zip" % version)
        source = os.path.join(agent, "modules-%d.%d-source.zip" % minimum)
        return next((path for path in (compiled, source) if os.path.isfile(path)), None)
    return None


def _make_package(modules):
    """The package that has all that is ours: a name that no application imports, and no entry in sys.path."""
    package = type(sys)("_odigos")
    package.__path__ = [os.path.join(os.path.dirname(_BOOT), "own")]
    if modules:
        package.__path__.append(os.path.join(modules, "_odigos"))
    sys.modules["_odigos"] = package


def _command():
    """The arguments of this process. sys.argv does not exist yet."""
    arguments = getattr(sys, "orig_argv", None)
    if arguments is None:
        with open("/proc/self/cmdline", "rb") as file:
            arguments = file.read().decode("utf-8", "replace").split("\0")[:-1]
    return arguments


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


def _is_probe(command):
    """Whether an exec probe or a hook of the container started this process: nobody waits for its telemetry."""
    if not os.environ.get("ODIGOS_PROBE_COMMANDS"):
        return False
    from _odigos.probes import is_probe

    return is_probe(command, os.environ["ODIGOS_PROBE_COMMANDS"])


def _application_folder():
    """The entry that the interpreter will insert first in sys.path, after this file has run; None if there is none."""
    script = (getattr(sys, "argv", None) or [""])[0]  # before Python 3.8 it does not exist yet
    if script in ("-m", "-c", "-"):
        return None if _is_safe_path() else ""
    if not script:  # Python embedded in another program, which has its own rules
        return None
    if os.path.isdir(script):
        return script
    return None if _is_safe_path() else os.path.dirname(os.path.realpath(script))


def _is_safe_path():
    return getattr(sys.flags, "safe_path", False)


def _has_own_sdk():
    """By its file: asking the import system would import the application's package."""
    folders = [_application_folder()] + sys.path
    return any(os.path.exists(os.path.join(each or ".", "opentelemetry", "sdk", "__init__.py")) for each in folders if each is not None)


def _other_agent(command):
    traces = (os.environ.get("PYTHONPATH", "") + " " + " ".join(command[1:2])).lower()
    return next((agent for agent in _OTHER_AGENTS if agent in traces), None)


def _reason_to_stand_back(modules, command):
    """A word of the closed list, and a sentence."""
    if not modules:
        return "RuntimeNotSupported", "no packages for Python " + sys.version.split()[0]
    if _is_true("ODIGOS_FORCE"):
        return None
    agent = _other_agent(command)
    if agent:
        return "OtherAgent", "another agent: " + agent
    return ("OwnSdk", "the application brings its own OpenTelemetry SDK") if _has_own_sdk() else None


def _start():
    if _is_true("OTEL_SDK_DISABLED"):
        return _debug("not instrumented: OTEL_SDK_DISABLED is true")
    modules = _modules()
    _make_package(modules)
    command = _command()
    if _is_tool(command[1:]) or _is_probe(command):
        del sys.modules["_odigos"]
        return _debug("not instrumented: not an application")
    reason = _reason_to_stand_back(modules, command)
    if sys.version_info < (3, 6):
        return _debug("not instrumented: " + reason[1])
    from _odigos import report

    if reason:
        report.outcome("StoodBack", *reason)
        report.when_it_runs()
        return _debug("not instrumented: " + reason[1])
    from _odigos import hooks

    hooks.install(_has_own_sdk())
    _debug("instrumented")


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
    # What `importlib` stands on: it is always loaded, and `importlib.util` is not.
    import _frozen_importlib
    import _frozen_importlib_external

    spec = _frozen_importlib_external.PathFinder.find_spec("sitecustomize", path)
    if spec is None or spec.loader is None:
        return
    module = _frozen_importlib.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


try:
    _forget_empty_element()
    _start()
except BaseException:
    try:
        import traceback

        _debug("not instrumented: " + traceback.format_exc())
    except BaseException:
        pass

_next_sitecustomize()
