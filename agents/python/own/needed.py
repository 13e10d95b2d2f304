"""Modules of Python that the SDK cannot do without."""
import os
import sys

# Modules of Python that the SDK imports. A file of the application's under such a name would run in their place.
NAMES = frozenset(
    "ast base64 binascii bisect bz2 calendar collections concurrent contextlib contextvars copy csv dataclasses datetime email enum "
    "fcntl fnmatch functools hashlib heapq importlib inspect json keyword linecache locale logging lzma math numbers operator pathlib "
    "platform queue quopri random re select selectors shutil signal socket string struct subprocess tempfile textwrap threading "
    "timeit token tokenize traceback types typing urllib uuid warnings weakref zipfile".split()
)


def hidden():
    """One of those modules that the application hides, if it has not imported it itself; or None."""
    library = os.path.dirname(os.__file__)
    for folder in sys.path:
        if os.path.abspath(folder) == library:
            return None
        for name in os.listdir(folder or ".") if os.path.isdir(folder or ".") else ():
            stem = name[:-3] if name.endswith(".py") else name
            is_module = stem != name or os.path.isfile(os.path.join(folder, name, "__init__.py"))
            if stem in NAMES and stem not in sys.modules and is_module:
                return stem
    return None
