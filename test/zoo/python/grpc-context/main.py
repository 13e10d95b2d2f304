"""What a handler of gRPC does: open-telemetry/opentelemetry-python-contrib issues 855, 1475, 2065 and 5034."""
import asyncio
from concurrent import futures

import grpc


def attempt(name, action):
    try:
        print(name, action())
    except Exception as error:
        print(name, type(error).__name__, error)


def look(request, context):
    attempt("code", context.code)
    attempt("details", context.details)
    context.set_code(grpc.StatusCode.OK)
    context.set_details("fine")
    attempt("code", context.code)
    attempt("details", context.details)
    attempt("trailing", lambda: context.trailing_metadata())
    context.set_trailing_metadata((("after", "7"),))
    attempt("trailing", lambda: context.trailing_metadata())
    attempt("compression", lambda: context.set_compression(grpc.Compression.Gzip))
    attempt("no compression", context.disable_next_message_compression)
    attempt("invocation", lambda: [value for key, value in context.invocation_metadata() if key == "before"])
    attempt("auth", context.auth_context)
    attempt("peer", lambda: context.peer().split(":")[0])
    attempt("identities", lambda: [context.peer_identities(), context.peer_identity_key()])
    attempt("active", context.is_active)
    attempt("time", lambda: context.time_remaining() > 0)
    attempt("callback", lambda: context.add_callback(lambda: None))
    attempt("initial", lambda: context.send_initial_metadata((("first", "1"),)))
    attempt("state", lambda: context._state.client)
    attempt("instance", lambda: isinstance(context, grpc.ServicerContext))
    return request


def end(request, context):
    context.set_trailing_metadata((("why", "zoo"),))
    if request == b"status":
        context.abort_with_status(Ended())
    context.abort(grpc.StatusCode.ABORTED, "it is over")


class Ended(grpc.Status):
    code = grpc.StatusCode.DATA_LOSS
    details = "all lost"
    trailing_metadata = (("lost", "all"),)


def cancel(request, context):
    context.cancel()
    return request


def fail(request, context):
    raise KeyError("seven")


async def look_async(request, context):
    attempt("code", context.code)
    context.set_code(grpc.StatusCode.OK)
    attempt("code", context.code)
    attempt("done", context.done)
    attempt("cancelled", context.cancelled)
    attempt("no compression", context.disable_next_message_compression)
    attempt("instance", lambda: isinstance(context, grpc.aio.ServicerContext))
    attempt("done callback", lambda: context.add_done_callback(lambda _context: None))
    return request


async def end_async(request, context):
    await context.abort(code=grpc.StatusCode.ABORTED, details="it is over", trailing_metadata=(("why", "zoo"),))


async def count_async(request, context):
    for number in range(3):
        yield bytes([number])
    await context.abort(grpc.StatusCode.OUT_OF_RANGE, "three")


async def read_async(request, context):
    await context.write(b"a")
    await context.write(b"b")


def echo_in_thread(request, context):
    attempt("thread", lambda: [context.code(), context.peer().split(":")[0]])
    return request


def count_in_thread(request, context):
    yield from (bytes([number]) for number in range(3))


async def take_async(request_iterator, context):
    return b"".join([await context.read(), await context.read()])


async def both_async(request_iterator, context):
    async for request in request_iterator:
        await context.write(request)


async def fail_async(request, context):
    raise KeyError("seven")


class Interceptor(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        handler = continuation(details)
        print("intercepted", details.method, type(handler).__name__)
        return handler


def handlers(**all_handlers):
    return (grpc.method_handlers_generic_handler("zoo.Zoo", all_handlers),)


def outcome(name, action):
    try:
        print(name, action())
    except grpc.RpcError as error:
        print(name, error.code(), error.details(), [tuple(each) for each in error.trailing_metadata() or ()])


def main():
    unary = grpc.unary_unary_rpc_method_handler
    server = grpc.server(futures.ThreadPoolExecutor(2), interceptors=[Interceptor()])
    server.add_generic_rpc_handlers(handlers(Look=unary(look), End=unary(end), Cancel=unary(cancel), Fail=unary(fail)))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel("127.0.0.1:%d" % port) as channel:
        response, call = channel.unary_unary("/zoo.Zoo/Look").with_call(b"a", timeout=10, metadata=(("before", "1"),))
        print(response, call.details(), [tuple(each) for each in call.trailing_metadata()], [tuple(each) for each in call.initial_metadata()])
        outcome("end", lambda: channel.unary_unary("/zoo.Zoo/End")(b"", timeout=10))
        outcome("status", lambda: channel.unary_unary("/zoo.Zoo/End")(b"status", timeout=10))
        outcome("cancel", lambda: channel.unary_unary("/zoo.Zoo/Cancel")(b"", timeout=10))
        outcome("fail", lambda: channel.unary_unary("/zoo.Zoo/Fail")(b"", timeout=10))
        outcome("none", lambda: channel.unary_unary("/zoo.Zoo/None")(b"", timeout=10))
    server.stop(0).wait(5)


async def outcome_async(name, awaitable):
    try:
        print(name, await awaitable)
    except grpc.aio.AioRpcError as error:
        print(name, error.code(), error.details(), [tuple(each) for each in error.trailing_metadata() or ()])


async def collected(call):
    try:
        async for each in call:
            print("item", each)
    except grpc.aio.AioRpcError as error:
        print("stream", error.code(), error.details())
    return await call.code()


async def main_async():
    unary, stream = grpc.unary_unary_rpc_method_handler, grpc.unary_stream_rpc_method_handler
    server = grpc.aio.server(migration_thread_pool=futures.ThreadPoolExecutor(1))
    all_handlers = handlers(
        Look=unary(look_async),
        End=unary(end_async),
        Count=stream(count_async),
        Read=stream(read_async),
        Fail=unary(fail_async),
        Thread=unary(echo_in_thread),
        Threads=stream(count_in_thread),
        Take=grpc.stream_unary_rpc_method_handler(take_async),
        Both=grpc.stream_stream_rpc_method_handler(both_async),
    )
    server.add_generic_rpc_handlers(all_handlers)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel("127.0.0.1:%d" % port) as channel:
        await outcome_async("look", channel.unary_unary("/zoo.Zoo/Look")(b"a", timeout=10))
        await outcome_async("end", channel.unary_unary("/zoo.Zoo/End")(b"", timeout=10))
        await outcome_async("fail", channel.unary_unary("/zoo.Zoo/Fail")(b"", timeout=10))
        print(await collected(channel.unary_stream("/zoo.Zoo/Count")(b"", timeout=10)))
        print(await collected(channel.unary_stream("/zoo.Zoo/Read")(b"", timeout=10)))
        await outcome_async("thread", channel.unary_unary("/zoo.Zoo/Thread")(b"a", timeout=10))
        print(await collected(channel.unary_stream("/zoo.Zoo/Threads")(b"", timeout=10)))
        await outcome_async("take", channel.stream_unary("/zoo.Zoo/Take")(iter([b"a", b"b"]), timeout=10))
        print(await collected(channel.stream_stream("/zoo.Zoo/Both")(iter([b"a", b"b"]), timeout=10)))
        await outcome_async("none", channel.unary_unary("/zoo.Zoo/None")(b"", timeout=10))
        call = channel.unary_stream("/zoo.Zoo/Read")(b"", timeout=10)
        try:
            print(await call.read(), await call.read(), await call.read() is grpc.aio.EOF)
        except grpc.aio.AioRpcError as error:
            print("read", error.code())
    await server.stop(None)


main()
asyncio.run(main_async())
