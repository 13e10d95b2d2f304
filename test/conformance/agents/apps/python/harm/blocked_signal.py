# Waits for signals as supervisors do: they are blocked in all of its threads.
import os
import signal
import urllib.error
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:9/")
except urllib.error.URLError:
    pass
signals = {signal.SIGTERM, signal.SIGALRM, signal.SIGHUP, signal.SIGUSR1}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
for each in sorted(signals):
    os.kill(os.getpid(), each)
    print(signal.sigwait({each}).name)
