"""Clients that others derive from httpx's, and what asks for their class."""
import asyncio
import inspect

import httpx

early = httpx.Client()
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuth2Client
from openai import AsyncOpenAI, OpenAI


class Mine(httpx.Client):
    def send(self, request, **kwargs):
        request.headers["x-mine"] = "1"
        return super().send(request, **kwargs)


def answer(request):
    return httpx.Response(200, json={"mine": request.headers.get("x-mine"), "path": request.url.path, "access_token": "t", "token_type": "Bearer"})


async def answer_later(request):
    return answer(request)


transport = httpx.MockTransport(answer)
print(isinstance(early, httpx.Client), issubclass(Mine, httpx.Client), Mine.__mro__[1] is httpx.Client, inspect.isclass(httpx.Client))
print(Mine(transport=transport).get("http://example.test/a").json()["mine"])
client = OAuth2Client(client_id="a", client_secret="b", scope="c", redirect_uri="", transport=transport)
print(type(client).__name__, client.fetch_token("http://example.test/token", grant_type="client_credentials")["access_token"])
given = httpx.Client(transport=transport)
print(OpenAI(api_key="a", http_client=given)._client is given)


async def main():
    async with AsyncOAuth2Client(client_id="a", client_secret="b", transport=httpx.MockTransport(answer_later)) as later:
        print((await later.fetch_token("http://example.test/token", grant_type="client_credentials"))["token_type"])
    own = httpx.AsyncClient(transport=httpx.MockTransport(answer_later))
    print(AsyncOpenAI(api_key="a", http_client=own)._client is own)
    await own.aclose()


asyncio.run(main())
