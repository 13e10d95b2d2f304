"""Posts to a collector. Without TLS by a bare socket: none of the modules that gevent, eventlet and applications patch."""
import _socket
import os
import sys
from time import monotonic

_HEAD = "POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-length: {length}\r\nconnection: close\r\n"


# An application that closes all files, or counts on their numbers, is to meet none of ours.
_FIRST_NUMBER = 900


class Address(object):
    def __init__(self, url):
        scheme, _, rest = url.partition("://")
        self.scheme = scheme.lower()
        authority, _, path = rest.partition("/")
        self.path = "/" + path
        host, colon, port = authority.rpartition("@")[2].rpartition(":")
        if not colon or port.endswith("]"):
            host, port = authority.rpartition("@")[2], "443" if self.scheme == "https" else "80"
        self.host = host.strip("[]")
        self.port = int(port)


def _identity(number):
    """What is open under it; None where nothing is."""
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino


class _Connection(object):
    """One that the application may close, and open something else under its number."""

    def __init__(self, connection):
        self._connection = connection
        fcntl = sys.modules.get("fcntl")
        if fcntl:
            try:
                number = fcntl.fcntl(connection.fileno(), fcntl.F_DUPFD_CLOEXEC, _FIRST_NUMBER)
            except OSError:  # the limit of files is lower
                pass
            else:
                self._connection = _socket.socket(connection.family, connection.type, connection.proto, number)
                connection.close()
        self._identity = _identity(self._connection.fileno())

    def _is_ours(self):
        return self._identity is not None and _identity(self._connection.fileno()) == self._identity

    def within(self, deadline):
        """Throws where it is ours no more."""
        if not self._is_ours():
            raise OSError("closed by the application")
        self._connection.settimeout(max(0.001, deadline - monotonic()))
        return self._connection

    def close(self):
        if self._is_ours():
            self._connection.close()
        else:
            self._connection.detach()


def _connect(address, deadline):
    error = OSError("no address")
    for family, kind, protocol, _, where in _socket.getaddrinfo(address.host, address.port, 0, _socket.SOCK_STREAM):
        connection = _Connection(_socket.socket(family, kind, protocol))
        try:
            connection.within(deadline).connect(where)
            return connection
        except OSError as failure:
            connection.close()
            error = failure
    raise error


def _post_plainly(address, headers, body, deadline):
    head = _HEAD.format(path=address.path, host=address.host, port=address.port, length=len(body))
    head += "".join("%s: %s\r\n" % header for header in headers.items())
    connection = _connect(address, deadline)
    try:
        connection.within(deadline).sendall(head.encode("latin-1", "replace") + b"\r\n" + body)
        answer = b""
        while len(answer) < 12:
            received = connection.within(deadline).recv(4096)
            if not received:
                break
            answer += received
        return int(answer[9:12])
    finally:
        connection.close()


def _post_by_tls(address, headers, body, seconds, certificates):
    import http.client
    import ssl

    context = ssl.create_default_context(cafile=certificates or None)
    connection = http.client.HTTPSConnection(address.host, address.port, timeout=seconds, context=context)
    try:
        connection.request("POST", address.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def post(url, headers, body, seconds, certificates=""):
    """Returns whether it was accepted; throws what the network throws."""
    address = Address(url)
    if address.scheme == "https":
        status = _post_by_tls(address, headers, body, seconds, certificates)
    else:
        status = _post_plainly(address, headers, body, monotonic() + seconds)
    return 200 <= status < 300
