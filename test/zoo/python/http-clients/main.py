import asyncio
import http.server
import inspect
import pickle
import threading
import urllib.request

import httpx
import requests
import requests_mock
import responses
import respx
import urllib3


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"x" * 10
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Adapter(requests.adapters.HTTPAdapter):
    def send(self, request, **kwargs):
        print("adapter", sorted(kwargs))
        return super().send(request, **kwargs)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = "http://127.0.0.1:%d/" % server.server_port

session = requests.Session()
session.mount("http://", Adapter())
print(session.get(url, hooks={"response": lambda response, **_: print("hook", response.status_code)}).text)
with session.get(url, stream=True) as response:
    print([len(chunk) for chunk in response.iter_content(4)], response.raw.closed)
copy = pickle.loads(pickle.dumps(session))
print(type(copy).__name__, sorted(copy.headers))
print(inspect.signature(requests.Session.send), inspect.signature(requests.get))

with responses.RequestsMock() as mock:
    mock.get("http://example.com/", json={"a": 1})
    print(requests.get("http://example.com/").json(), len(mock.calls))
with requests_mock.Mocker() as mock:
    mock.get("http://example.com/", text="mocked")
    print(requests.get("http://example.com/").text, mock.call_count)
try:
    requests.get("http://127.0.0.1:1/", timeout=1)
except requests.ConnectionError as error:
    print(type(error).__name__, error.request.method)

with httpx.Client(event_hooks={"response": [lambda response: print("hook", response.status_code)]}) as client:
    print(client.get(url).text, type(client._transport).__name__)
    with client.stream("GET", url) as response:
        print([len(chunk) for chunk in response.iter_bytes(4)])
print(httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(204))).get("http://example.com/").status_code)


async def asynchronous():
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(client.get(url), client.get(url))
        print([answer.status_code for answer in answers])


asyncio.run(asynchronous())
with respx.mock:
    route = respx.get("http://example.com/").mock(return_value=httpx.Response(200, text="mocked"))
    print(httpx.get("http://example.com/").text, route.called)

pool = urllib3.PoolManager(retries=urllib3.Retry(1))
print(pool.request("GET", url).data, pool.request("GET", url, preload_content=False).read(3))
try:
    pool.request("GET", "http://127.0.0.1:1/")
except urllib3.exceptions.MaxRetryError as error:
    print(type(error.reason).__name__)
with urllib.request.urlopen(url) as response:
    print(response.status, response.read(2))
