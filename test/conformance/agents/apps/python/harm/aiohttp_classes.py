import asyncio
import warnings

import aiohttp.web_app
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

warnings.simplefilter("always")


@web.middleware
async def counting(request, handler):
    print(len(request.app.middlewares), end=" ")
    return await handler(request)


async def item(request):
    return web.Response(text=request.match_info["number"])


async def main():
    app = web.Application(middlewares=[counting])
    inner = web.Application()
    for each in (app, inner):
        each.add_routes([web.get("/items/{number}", item)])
    app.add_subapp("/inner", inner)
    async with TestClient(TestServer(app)) as client:
        for path in ("/items/7", "/inner/items/8"):
            async with client.get(path) as response:
                print(response.status, await response.text())
    print(type(app) is aiohttp.web_app.Application, len(app.middlewares), app.middlewares.frozen)


print(web.Application is aiohttp.web_app.Application, web.Application.__name__)
asyncio.run(main())
