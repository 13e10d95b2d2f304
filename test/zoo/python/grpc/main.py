from concurrent import futures

import grpc


def echo(request, context):
    if request == b"bad":
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "bad")
    return request


def count(request, context):
    yield from (bytes([number]) for number in range(3))


handlers = {"Echo": grpc.unary_unary_rpc_method_handler(echo), "Count": grpc.unary_stream_rpc_method_handler(count)}
server = grpc.server(futures.ThreadPoolExecutor(2))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("zoo.Zoo", handlers),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel("127.0.0.1:%d" % port) as channel:
    call = channel.unary_unary("/zoo.Zoo/Echo")
    print(call(b"a", timeout=10), call.future(b"b").result(10), call.with_call(b"c")[1].code())
    print(list(channel.unary_stream("/zoo.Zoo/Count")(b"", timeout=10)))
    try:
        call(b"bad", timeout=10)
    except grpc.RpcError as error:
        print(error.code(), error.details())
print(server.stop(0).wait(5))
