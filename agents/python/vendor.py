"""Moves installed packages below the package `_odigos`, and their imports of each other with them: vendor.py FOLDER.

So the application neither sees them nor gets them in place of its own, whatever it has under the same names.
"""
import ast
import configparser
import os
import pathlib
import re
import shutil
import sys

# All that is in a folder of packages, but for these, which the application does not see either way.
NAME = "_odigos"
# Parts that nothing here uses.
UNUSED = (
    "opentelemetry/instrumentation/auto_instrumentation",
    "opentelemetry/instrumentation/bootstrap.py",
    "opentelemetry/instrumentation/bootstrap_gen.py",
    "opentelemetry/sdk/_configuration",
)
# Of the application, which these import where it is installed.
FOREIGN = ("psutil",)
# Of the application, where they are imported for annotations alone. Loading Celery's worker before it has patched for gevent stops it.
ONLY_TYPES = ("celery.worker.request",)
NAMES = re.compile(r"opentelemetry\.instrumentation(\.\w+)+$")
# A status that an adapter of the application's has left out is None.
STATUS = re.compile(r"( int\(status_code\w*\)\n +except )ValueError:")
STUBS = pathlib.Path(__file__).with_name("stubs")
ENTRY_POINTS = "opentelemetry/util/_importlib_metadata.py"


def is_ours(name, roots):
    return name.split(".")[0] in roots


def replaced(node, roots):
    """The import, or the name of a module, in other words; or None."""
    if isinstance(node, ast.Constant):
        return repr(NAME + "." + node.value)
    if isinstance(node, ast.ImportFrom):
        if node.module in ONLY_TYPES:
            return " = ".join([each.asname or each.name for each in node.names] + ["object"])
        if node.level or not is_ours(node.module, roots):
            return None
        node.module = NAME + "." + node.module
        return ast.unparse(node)
    statements = []
    for alias in node.names:
        if alias.name in FOREIGN:
            statements.append("raise ImportError")
        elif not is_ours(alias.name, roots):
            statements.append(ast.unparse(ast.Import([alias])))
        elif alias.asname:
            statements.append("import %s.%s as %s" % (NAME, alias.name, alias.asname))
        else:
            statements.append("import %s.%s; from %s import %s" % ((NAME, alias.name, NAME, alias.name.split(".")[0])))
    return "; ".join(statements)


def is_name(node, folder):
    """Whether this text is the name of a module here, or of what is in one: some hand it to the application to import."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not NAMES.match(node.value):
        return False
    path = folder.joinpath(*node.value.split("."))
    return any(each.with_suffix(".py").is_file() or (each / "__init__.py").is_file() for each in (path, path.parent))


def rewrite(path, roots, folder):
    text = STATUS.sub(r"\1(TypeError, ValueError):", path.read_text("utf8"))
    lines = text.split("\n")
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom)) or is_name(node, folder)]
    for node in sorted(nodes, key=lambda each: (-each.lineno, -each.col_offset)):
        first, last = node.lineno - 1, node.end_lineno - 1
        before = lines[first].encode()[: node.col_offset].decode()
        after = lines[last].encode()[node.end_col_offset :].decode()
        new = replaced(node, roots)
        if new is not None:
            # As many lines as before: the numbers in tracebacks stay.
            lines[first : last + 1] = [before + new + after] + [""] * (last - first)
    path.write_text("\n".join(lines), "utf8")


def entry_points(folder):
    """What the packages' metadata say, without the metadata."""
    table = {}
    for path in sorted(folder.glob("*.dist-info/entry_points.txt")):
        parser = configparser.ConfigParser()
        parser.optionxform = str
        parser.read(path)
        for group in parser.sections():
            if group.startswith("opentelemetry_") and not group.endswith(("_instrumentor", "_distro", "_configurator")):
                table.setdefault(group, {}).update(parser.items(group))
    return table


def versions(folder):
    """Of the packages that ask for their own."""
    found = (path.stem.rsplit("-", 1) for path in folder.glob("opentelemetry*.dist-info"))
    return {name.replace("_", "-"): version for name, version in sorted(found)}


def main(folder):
    folder = pathlib.Path(folder)
    tables = "\n_TABLE = %r\n_VERSIONS = %r\n" % (entry_points(folder), versions(folder))
    for path in UNUSED:
        found = folder / path
        shutil.rmtree(found) if found.is_dir() else found.unlink(missing_ok=True)
    for path in STUBS.iterdir():
        if path.is_dir():
            shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
        elif path.suffix == ".py" and path.stem != "entry_points":
            shutil.copy(path, folder)
    names = [path for path in folder.iterdir() if path.suffix != ".dist-info" and path.name != "bin"]
    roots = {path.stem for path in names}
    for path in folder.rglob("*.py"):
        rewrite(path, roots, folder)
    target = folder / NAME
    target.mkdir()
    for path in names:
        path.rename(target / path.name)
    source = (STUBS / "entry_points.py").read_text("utf8")
    (target / ENTRY_POINTS).write_text(source + tables, "utf8")
    for parent, _, files in os.walk(target):
        if "__init__.py" not in files and parent != str(target):
            pathlib.Path(parent, "__init__.py").touch()


main(*sys.argv[1:])
