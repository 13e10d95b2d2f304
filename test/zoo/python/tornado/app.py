import asyncio
import sys

import tornado.web


class Item(tornado.web.RequestHandler):
    def get(self, number):
        self.write("item " + number)


async def main():
    tornado.web.Application([(r"/items/([0-9]+)", Item)]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
