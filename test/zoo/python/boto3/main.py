import http.server
import threading

import boto3
import botocore.exceptions
from botocore.stub import Stubber


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<ListAllMyBucketsResult><Buckets><Bucket><Name>zoo</Name></Bucket></Buckets></ListAllMyBucketsResult>"
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = boto3.client("s3", endpoint_url="http://127.0.0.1:%d" % server.server_port)
client.meta.events.register("before-send.s3", lambda request, **_: print("before", request.method))
print([bucket["Name"] for bucket in client.list_buckets()["Buckets"]])
with Stubber(client) as stubber:
    stubber.add_client_error("get_object", "NoSuchKey")
    try:
        client.get_object(Bucket="zoo", Key="none")
    except client.exceptions.NoSuchKey as error:
        print(type(error).__name__, error.response["Error"]["Code"])
queue = boto3.client("sqs")
with Stubber(queue) as stubber:
    stubber.add_response("send_message", {"MessageId": "1", "MD5OfMessageBody": "x"}, None)
    print(queue.send_message(QueueUrl="http://127.0.0.1/q", MessageBody="hello")["MessageId"])
print(type(client).__name__, type(client).__mro__[1].__name__)
