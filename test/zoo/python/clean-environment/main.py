"""Python within Python, with an environment of one's own."""
import multiprocessing
import os
import subprocess
import sys
import threading
import urllib.request

PROGRAM = "import sys, os; print(sorted(name for name in os.environ if name != 'LC_CTYPE'), sys.flags.isolated, 'sitecustomize' in sys.modules)"


def child(_):
    return sorted(name for name in os.environ if name.startswith("OTEL_")), threading.active_count()


def run(*options, **rest):
    print(options, subprocess.run([sys.executable, *options, "-c", PROGRAM], capture_output=True, text=True, **rest).stdout.strip(), flush=True)


if __name__ == "__main__":
    run("-I", env={})
    print(subprocess.run([sys.executable, "child.py"], env={}, capture_output=True, text=True))
    print(subprocess.run([sys.executable, "child.py"], env={"ONLY": "1"}, capture_output=True, text=True))
    print(subprocess.run([sys.executable, "child.py"], env=dict(os.environ, ONLY="1"), capture_output=True, text=True, close_fds=False))
    print(subprocess.run([sys.executable, "child.py"], preexec_fn=os.setsid, capture_output=True, text=True))
    print(os.spawnve(os.P_WAIT, sys.executable, [sys.executable, "child.py"], {}), os.system("%s child.py > /dev/null" % sys.executable), flush=True)
    if os.fork() == 0:
        os.execve(sys.executable, [sys.executable, "child.py"], {"LAST": "1"})
    print(os.wait()[1], flush=True)
    for method in ("spawn", "forkserver"):
        os.environ.pop("PYTHONPATH", None)  # as programs do that start others' Python
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(child, range(2)))
