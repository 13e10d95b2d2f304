"""Carts: POST /carts/<id>/items requests the product from the catalogue and stores the cart in Redis."""

import json
import logging
import os
import platform
from importlib.metadata import version

import redis
import requests
from flask import Flask, request

CATALOGUE_URL = os.environ.get("CATALOGUE_URL", "http://localhost:8082")
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
TIMEOUT_S = float(os.environ.get("TIMEOUT_S", "8"))
CART_TTL_S = 600

log = logging.getLogger("cart")
app = Flask("cart")
store = redis.Redis.from_url(REDIS_URL, decode_responses=True, socket_timeout=TIMEOUT_S)


def find_product(sku):
    """The product with its price, or None if it does not exist."""
    response = requests.get(f"{CATALOGUE_URL}/products/{sku}", timeout=TIMEOUT_S)
    if response.status_code == 404:
        return None
    response.raise_for_status()
    return response.json()


def put_item(cart_id, item):
    """Adds an item to a cart and returns all items of that cart."""
    key = f"cart:{cart_id}"
    with store.pipeline() as pipe:
        pipe.hset(key, item["sku"], json.dumps(item))
        pipe.expire(key, CART_TTL_S)
        pipe.hgetall(key)
        return [json.loads(value) for value in pipe.execute()[-1].values()]


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.post("/carts/<cart_id>/items")
def add_item(cart_id):
    requested = request.get_json()
    product = find_product(requested["sku"])
    if product is None:
        return {"error": "unknown sku"}, 404
    items = put_item(cart_id, {**product, "quantity": int(requested.get("quantity", 1))})
    total = sum(item["amount"] * item["quantity"] for item in items)
    log.info("item added", extra={"fields": {"cart": cart_id, "sku": product["sku"], "total": total}})
    return {"cart": cart_id, "items": items, "total": total, "currency": product["currency"]}


@app.errorhandler(requests.RequestException)
@app.errorhandler(redis.RedisError)
def unavailable(error):
    log.error("request failed", extra={"fields": {"path": request.path, "error": str(error)}})
    return {"error": "not available"}, 503


def announce():
    """Logs the versions of the libraries that this process has imported."""
    import urllib3

    libraries = {"urllib3": urllib3.__version__, "requests": requests.__version__, "flask": version("flask")}
    log.info("ready", extra={"fields": {"python": platform.python_version(), **libraries}})
