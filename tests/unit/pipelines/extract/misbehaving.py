"""A child whose reader does what a hostile file might make it do; the path names the deed."""

import os
import socket
import sys
import time

from pipelines.extract.forks import serve


class PanicException(BaseException):
    """As the value reader's: no `Exception`."""


def _connect():
    with socket.create_connection(("127.0.0.1", int(os.environ["SANJI_TEST_PORT"])), timeout=2):
        return {"reached": True}


def _abort():
    os.abort()


def _panic():
    raise PanicException("panicked at src/lib.rs")


def _take_memory():
    return {"size": len(bytearray(1 << 36))}


def _spin():
    while True:
        pass


def _sleep():
    time.sleep(60)


def _recurse():
    return _recurse()


def _err():
    return {}["no such key"]


def _write():
    with open("/tmp/written-by-a-reader", "w", encoding="utf-8") as stream:  # noqa: PTH123, S108
        stream.write("x")
    return {"written": True}


def _open_many():
    return {"opened": [os.open(os.devnull, os.O_RDONLY) for _ in range(500)]}


def _say_much():
    return {"said": "x" * 5_000_000}


def _print():
    sys.stdout.write("not an answer\n")
    return {"fine": True}


def _exit():
    os._exit(0)


def answer(path, _):
    """Do what the path says."""
    deed = globals().get(f"_{path}")
    return deed() if deed else {"fine": True}


def main():
    """Serve whoever started us."""
    serve(answer, lambda items: items)
