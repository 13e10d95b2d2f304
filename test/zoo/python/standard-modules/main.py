import asyncio
import concurrent.futures
import inspect
import logging
import pickle
import subprocess
import sys
import threading
import urllib.request


async def one():
    return 1


async def main():
    print(await asyncio.gather(one(), asyncio.create_task(one()), asyncio.to_thread(len, "x"), asyncio.wait_for(one(), 1)))


asyncio.run(main())
print(type(asyncio.create_task).__name__, inspect.signature(asyncio.wait_for))
print(pickle.loads(pickle.dumps(threading.Thread.start)) is threading.Thread.start)
print(type(urllib.request.build_opener()).__name__, inspect.isfunction(urllib.request.urlopen))
logging.basicConfig(format="%(message)s", stream=sys.stdout)
logging.warning("warned")
print(sorted(vars(logging.makeLogRecord({}))), logging.getLogRecordFactory().__name__, len(logging.getLogger().handlers))
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(list(pool.map(len, ["", "a", "bb"])))
print([thread.name for thread in threading.enumerate()], sys.excepthook is sys.__excepthook__, threading.excepthook is threading.__excepthook__)
print(subprocess.check_output([sys.executable, "-c", "print(1)"]))
