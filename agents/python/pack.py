"""Packs the modules below a folder into a zip file that Python imports from: pack.py FOLDER ZIP bytecode|source.

Bytecode is that of the interpreter that runs this. Folders have entries of their own, which zipimport needs. No times: a zip
of the same content is the same file. `pack.py FOLDER cached` compiles beside the sources instead.
"""
import compileall
import os
import py_compile
import sys
import zipfile

# "Unchecked", because nothing changes the sources.
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH


def compile_below(folder, legacy):
    # The temporary folder must not appear in tracebacks.
    options = {"ddir": "odigos", "quiet": 1, "force": True, "invalidation_mode": UNCHECKED}
    if not compileall.compile_dir(folder, legacy=legacy, **options):
        sys.exit("some files do not compile")


def main(folder, target, kind=""):
    if target == "cached":
        return compile_below(folder, False)
    suffix = ".py"
    if kind == "bytecode":
        suffix = ".pyc"
        compile_below(folder, True)  # `legacy` puts the bytecode where the source would be
    with zipfile.ZipFile(target, "w") as archive:
        for parent, folders, files in sorted(os.walk(folder)):
            modules = sorted(name for name in files if name.endswith(suffix))
            inside = os.path.relpath(parent, folder)
            if inside != ".":
                archive.writestr(entry(inside + "/"), b"")
            for name in modules:
                with open(os.path.join(parent, name), "rb") as file:
                    archive.writestr(entry(os.path.normpath(os.path.join(inside, name))), file.read())


def entry(name):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_STORED if name.endswith("/") else zipfile.ZIP_DEFLATED
    info.external_attr = (0o40755 if name.endswith("/") else 0o100644) << 16
    return info


main(*sys.argv[1:])
