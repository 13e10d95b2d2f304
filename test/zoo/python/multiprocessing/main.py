import multiprocessing
import os
import urllib.request


def work(number):
    return number * number


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(work, range(4)))
    if os.fork() == 0:
        os._exit(0)
    print(os.wait()[1])
