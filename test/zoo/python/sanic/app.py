import asyncio
import sys

from sanic import Sanic
from sanic.response import json, text

app = Sanic("zoo")


@app.get("/items/<number:int>")
async def item(request, number):
    await asyncio.sleep(0)
    return json({"item": number})


@app.get("/error")
async def error(request):
    raise ValueError("on purpose")


@app.get("/stream")
async def stream(request):
    response = await request.respond(content_type="text/plain")
    for part in ("a", "b"):
        await response.send(part)


@app.middleware("response")
async def header(request, response):
    response.headers["x-zoo"] = request.path


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), single_process="single" in sys.argv, motd=False, access_log=False)
