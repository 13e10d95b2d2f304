"""Namespaces of its own, soon after a request: the kernel refuses them to a process with several threads."""
import os
import sys
import urllib.error
import urllib.request


def ask():
    try:
        urllib.request.urlopen("http://127.0.0.1:9/", timeout=1)
    except urllib.error.URLError as error:
        return type(error.reason).__name__


for flags in ("CLONE_NEWUSER", "CLONE_NEWNS", "CLONE_NEWUTS"):
    if os.fork() == 0:
        print(ask())
        try:
            os.unshare(getattr(os, flags))
            print(flags, "is mine")
        except OSError as error:
            print(flags, error)
        sys.stdout.flush()
        os._exit(0)
    print(os.wait()[1])
print(os.unshare.__name__, os.unshare.__doc__.split("\n")[0])
