from gevent import monkey

monkey.patch_all()

import socket
import threading

import requests

plain = socket.create_server(("127.0.0.1", 0))


def serve():
    while True:
        connection, _ = plain.accept()
        if connection.recv(1000).startswith(b"GET"):
            connection.sendall(b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok")
        connection.close()


threading.Thread(target=serve, daemon=True).start()
place = "127.0.0.1:%d/" % plain.getsockname()[1]
print(requests.get("http://" + place).text)
try:
    requests.get("https://" + place, timeout=5)
except Exception as error:
    print(type(error).__name__)
