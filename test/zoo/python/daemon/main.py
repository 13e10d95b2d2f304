"""What daemons do: closes all files, forks twice, opens others; with spans on their way."""
import os
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request


def ask():
    try:
        urllib.request.urlopen("http://127.0.0.1:9/", timeout=1)
    except urllib.error.URLError as error:
        return type(error.reason).__name__


def work():
    """Files that are opened while spans are sent have what is written to them."""
    os.closerange(3, 2048)
    files = [tempfile.TemporaryFile() for _ in range(40)]
    pairs = [socket.socketpair() for _ in range(10)]
    time.sleep(0.05)
    for file in files:
        file.write(b"mine")
        file.seek(0)
        assert file.read() == b"mine"
    for left, right in pairs:
        left.sendall(b"mine")
        assert right.recv(100) == b"mine"
    for pair in pairs:
        for end in pair:
            end.close()
    for file in files:
        file.close()
    return len(files)


print(ask(), work())
for _ in range(60):
    ask()
    time.sleep(0.05)
    work()
print("files are mine")
sys.stdout.flush()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(3, 2048)
        print("daemon", ask(), work(), flush=True)
        os._exit(0)
    os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
print("code", os.wait()[1])
