import inspect

import psycopg
import psycopg2
import psycopg2.extensions
import psycopg2.extras
import pymongo
import pymysql
import pymysql.cursors
import redis
from psycopg import sql
from psycopg.rows import dict_row

for module, options in ((psycopg, {}), (psycopg2, {"cursor_factory": psycopg2.extras.DictCursor}), (pymysql, {"cursorclass": pymysql.cursors.DictCursor})):
    try:
        module.connect(host="127.0.0.1", port=1, connect_timeout=1, **options)
    except module.OperationalError as error:
        print(module.__name__, type(error).__name__)
try:
    psycopg.connect("host=127.0.0.1 port=1 connect_timeout=1", row_factory=dict_row, autocommit=True)
except psycopg.OperationalError as error:
    print(type(error).__name__)
print(sql.SQL("SELECT {}").format(sql.Identifier("a")).as_string(None), psycopg.paramstyle, psycopg2.apilevel, pymysql.threadsafety)
print(psycopg2.extensions.connection.__mro__[0].__name__, inspect.isfunction(psycopg2.connect), inspect.ismethod(psycopg.Connection.connect))
print(pymysql.Connection is pymysql.connections.Connection, pymysql.install_as_MySQLdb())
try:
    redis.Redis(port=1, socket_connect_timeout=1).ping()
except redis.ConnectionError as error:
    print(type(error).__name__)
try:
    pymongo.MongoClient("mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=200).admin.command("ping")
except pymongo.errors.ServerSelectionTimeoutError as error:
    print(type(error).__name__)
