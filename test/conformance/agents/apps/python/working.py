# Does nothing that is a span, for longer than the agent waits with its report. Imports what it is told to.
import gc
import sys
import time

for name in sys.argv[1:]:
    __import__(name)
end = time.monotonic() + 7
while time.monotonic() < end:
    time.sleep(0.1)
    gc.collect()
print("READY")
