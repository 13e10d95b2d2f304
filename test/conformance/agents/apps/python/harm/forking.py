# From Python 3.12 on, a process with several threads is warned of each fork.
import os
import pty
import subprocess
import sys
import urllib.error
import urllib.request


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def fork_with_terminal():
    pid, terminal = pty.fork()
    if pid == 0:
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    os.close(terminal)
    return status


def start_a_program():
    return subprocess.call([sys.executable, "-S", "-E", "-c", ""], preexec_fn=os.getpid)


for way in (fork, fork_with_terminal, start_a_program):
    try:
        urllib.request.urlopen("http://127.0.0.1:9/")
    except urllib.error.URLError:
        print(way.__name__, way())
