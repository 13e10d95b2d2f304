import sys

from aiohttp import web


async def item(request):
    return web.Response(text="item " + request.match_info["number"])


app = web.Application()
app.add_routes([web.get("/items/{number}", item)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
