import asyncio
import pickle
import sys

import redis
import redis.asyncio

port = int(sys.argv[1])
client = redis.Redis(port=port, decode_responses=True)
client.flushall()
print(client.set("a", "1"), client.get("a"), client.incr("a"), client.execute_command("EXISTS", "a", "b"))
with client.pipeline(transaction=True) as pipe:
    print(pipe.set("b", "x").incr("a").get("b").execute())
with client.pipeline() as pipe:
    pipe.watch("a")
    pipe.multi()
    pipe.incr("a")
    print(pipe.execute(), type(pipe).__name__)
with client.lock("lock", timeout=5) as lock:
    print(lock.owned(), type(lock).__name__)
script = client.register_script("return redis.call('GET', KEYS[1])")
print(script(keys=["b"]), type(script).__name__)
channel = client.pubsub(ignore_subscribe_messages=True)
channel.subscribe("news")
channel.get_message(timeout=2)
print(client.publish("news", "hello"))
message = next((each for each in iter(lambda: channel.get_message(timeout=2), 0) if each), None)
print(message["data"])
channel.close()
print(client.xadd("stream", {"k": "v"}, id="1-1"), client.xread({"stream": "0"}))
try:
    client.lpush("a", "x")
except redis.ResponseError as error:
    print(type(error).__name__, error)


class Mine(redis.Redis):
    def execute_command(self, *args, **options):
        return "mine", super().execute_command(*args, **options)


print(Mine(port=port).get("b"), isinstance(Mine(port=port), redis.Redis), redis.StrictRedis is redis.Redis)
print(redis.Redis.from_url("redis://127.0.0.1:%d/0" % port).ping(), pickle.loads(pickle.dumps(redis.Redis)) is redis.Redis)
print(redis.Redis.execute_command.__name__, redis.Redis.execute_command.__qualname__)


async def main():
    async with redis.asyncio.Redis(port=port) as other:
        print(await asyncio.gather(other.get("a"), other.get("b")))
        async with other.pipeline() as pipe:
            print(await pipe.get("a").get("b").execute())


asyncio.run(main())
