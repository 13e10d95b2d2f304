"""What psycopg, asyncpg and SQLAlchemy do with PostgreSQL: open-telemetry/opentelemetry-python-contrib issues 143, 1077 and 1479."""
import asyncio
import datetime
import io
import sys

import asyncpg
import psycopg
import psycopg2
import psycopg2.extensions
import psycopg2.extras
import psycopg2.pool
import psycopg2.sql
import sqlalchemy
from psycopg.rows import dict_row
from sqlalchemy.ext.asyncio import create_async_engine

PORT = int(sys.argv[1])
SETTINGS = {"host": "127.0.0.1", "port": PORT, "user": "postgres", "dbname": "postgres"}


def attempt(name, action):
    try:
        print(name, action())
    except Exception as error:
        print(name, type(error).__name__, str(error).split("\n")[0])


class Cursor(psycopg2.extras.DictCursor):
    def execute(self, query, vars=None):
        print("execute", query if isinstance(query, str) else type(query).__name__)
        return super().execute(query, vars)


class Connection(psycopg2.extensions.connection):
    def cursor(self, *args, **kwargs):
        kwargs.setdefault("cursor_factory", Cursor)
        return super().cursor(*args, **kwargs)


def old():
    with psycopg2.connect(**SETTINGS) as connection:
        connection.cursor().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with psycopg2.connect(**SETTINGS) as connection:
        attempt("jsonb", lambda: len(psycopg2.extras.register_default_jsonb(conn_or_curs=connection, loads=str)))
        attempt("json", lambda: len(psycopg2.extras.register_json(connection, name="json")))
        attempt("uuid", lambda: psycopg2.extras.register_uuid(conn_or_curs=connection) is not None)
        attempt("type", lambda: psycopg2.extensions.register_type(psycopg2.extensions.UNICODE, connection))
        attempt("class", lambda: [isinstance(connection, psycopg2.extensions.connection), type(connection).__mro__[-2].__name__])
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE items (number integer, name text, data jsonb)")
            attempt("type of cursor", lambda: psycopg2.extensions.register_type(psycopg2.extensions.UNICODE, cursor))
            attempt("values", lambda: psycopg2.extras.execute_values(cursor, "INSERT INTO items (number, name) VALUES %s", [(7, "seven"), (8, "eight")]))
            attempt("batch", lambda: psycopg2.extras.execute_batch(cursor, "UPDATE items SET name = %s WHERE number = %s", [("SEVEN", 7), ("EIGHT", 8)]))
            query = psycopg2.sql.SQL("SELECT {} FROM items WHERE number = {} ORDER BY number").format(psycopg2.sql.Identifier("name"), psycopg2.sql.Placeholder())
            attempt("as string", lambda: query.as_string(cursor) == query.as_string(connection))
            cursor.execute(query, (7,))
            attempt("rows", lambda: [cursor.fetchall(), cursor.rowcount, cursor.query, cursor.statusmessage])
            attempt("mogrify", lambda: cursor.mogrify("SELECT %s", ("a'b",)))
            cursor.copy_expert("COPY items (number, name) FROM STDIN", io.StringIO("9\tnine\n"))
            copied = io.StringIO()
            cursor.copy_to(copied, "items", columns=("number",))
            attempt("copied", copied.getvalue)
            cursor.execute("SELECT number FROM items ORDER BY number")
            attempt("iterated", lambda: list(cursor))
            cursor.callproc("abs", (-7,))
            attempt("procedure", cursor.fetchone)
        connection.commit()
        attempt("arguments", lambda: connection.cursor("named", psycopg2.extras.DictCursor).name)
        attempt("failure", lambda: connection.cursor().execute("SELECT missing FROM items"))
        connection.rollback()
    with psycopg2.connect(connection_factory=Connection, **SETTINGS) as connection:
        print(type(connection).__name__, isinstance(connection, Connection))
        with connection.cursor() as cursor:
            cursor.execute("SELECT 7 AS seven")
            print(type(cursor).__name__, cursor.fetchone()["seven"])
    with psycopg2.connect(cursor_factory=psycopg2.extras.NamedTupleCursor, **SETTINGS) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT 7 AS seven")
        print(cursor.fetchone(), connection.cursor_factory.__name__)
        logged = psycopg2.extras.LoggingConnection
    for kind in (psycopg2.extras.DictConnection, psycopg2.extras.RealDictConnection, psycopg2.extras.NamedTupleConnection):
        with psycopg2.connect(connection_factory=kind, **SETTINGS) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT 7 AS seven")
            row = cursor.fetchone()
            print(type(connection).__name__, type(cursor).__name__, type(row).__name__, row)
            cursor = connection.cursor(cursor_factory=psycopg2.extensions.cursor)
            cursor.execute("SELECT 7 AS seven")
            print(type(cursor).__name__, cursor.fetchone())
    attempt("function", lambda: type(psycopg2.connect(cursor_factory=lambda *args, **kwargs: psycopg2.extras.DictCursor(*args, **kwargs), **SETTINGS).cursor()).__name__)
    with psycopg2.connect(connection_factory=logged, **SETTINGS) as connection:
        connection.initialize(sys.stdout)
        connection.cursor().execute("SELECT 8")
    pool = psycopg2.pool.ThreadedConnectionPool(1, 2, **SETTINGS)
    connection = pool.getconn()
    attempt("pool", lambda: [connection.status, connection.closed, connection.dsn.count("host")])
    pool.putconn(connection)
    pool.closeall()


def new():
    with psycopg.connect(row_factory=dict_row, **SETTINGS) as connection:
        print(connection.execute("CREATE TABLE things (number integer)").statusmessage)
        with connection.cursor() as cursor, cursor.copy("COPY things FROM STDIN") as copy:
            copy.write_row((7,))
        with connection.transaction(), connection.pipeline():
            connection.execute("INSERT INTO things VALUES (%s)", (8,))
        print(connection.execute("SELECT number FROM things ORDER BY number", binary=True).fetchall())
        with connection.cursor(name="server", row_factory=psycopg.rows.tuple_row) as cursor:
            print([row for row in cursor.execute("SELECT number FROM things ORDER BY number")], type(cursor).__name__)
        print([row for row in connection.cursor().stream("SELECT 1 AS one")])
        attempt("failure", lambda: connection.execute("SELECT missing FROM things"))
        print(type(connection).__name__, isinstance(connection, psycopg.Connection), connection.info.transaction_status.name)


class Mine(psycopg.Cursor):
    def mine(self):
        return "mine"


class MyConnection(psycopg.Connection):
    cursor_factory = Mine


def derived():
    with MyConnection.connect(**SETTINGS) as connection:
        attempt("mine", lambda: [connection.execute("SELECT 7").mine(), connection.cursor_factory.__name__])
    with psycopg.connect(cursor_factory=psycopg.ClientCursor, **SETTINGS) as connection:
        attempt("client", lambda: [connection.cursor().mogrify("SELECT %s", (7,)), type(connection.cursor()).__name__])


class Json(sqlalchemy.types.TypeDecorator):
    impl = sqlalchemy.JSON
    cache_ok = True


def mapped():
    for dialect in ("psycopg2", "psycopg"):
        engine = sqlalchemy.create_engine("postgresql+%s://postgres@127.0.0.1:%d/postgres" % (dialect, PORT))
        table = sqlalchemy.Table("mapped_" + dialect, sqlalchemy.MetaData(), sqlalchemy.Column("number", sqlalchemy.Integer), sqlalchemy.Column("data", Json))
        with engine.begin() as connection:
            table.create(connection)
            connection.execute(table.insert(), [{"number": number, "data": {"n": number}} for number in (7, 8)])
            print(connection.execute(table.select().where(table.c.number == 7)).all(), engine.dialect.driver)
            print(type(connection.connection.dbapi_connection).__name__)
        engine.dispose()


async def asynchronous():
    connection = await asyncpg.connect(host="127.0.0.1", port=PORT, user="postgres", database="postgres")
    print(await connection.fetch("SELECT number FROM items ORDER BY number"), await connection.fetchval("SELECT $1::int", 7))
    async with connection.transaction():
        print([dict(row) async for row in connection.cursor("SELECT number FROM items ORDER BY number")])
    await connection.executemany("INSERT INTO items (number) VALUES ($1)", [(1,), (2,)])
    print(await connection.copy_records_to_table("items", records=[(3,)], columns=["number"]))
    statement = await connection.prepare("SELECT $1::int + 1")
    print(await statement.fetchval(1), statement.get_statusmsg())
    try:
        await connection.fetch("SELECT missing FROM items")
    except asyncpg.UndefinedColumnError as error:
        print(error)
    await connection.close()
    engine = create_async_engine("postgresql+asyncpg://postgres@127.0.0.1:%d/postgres" % PORT)
    async with engine.begin() as connection:
        print((await connection.execute(sqlalchemy.text("SELECT 7"))).scalar())
    await engine.dispose()
    async with await psycopg.AsyncConnection.connect(**SETTINGS) as connection:
        cursor = await connection.execute("SELECT %s", (datetime.date(2026, 1, 2),))
        print(await cursor.fetchone(), [row async for row in connection.cursor().stream("SELECT 1")])


old()
new()
derived()
mapped()
asyncio.run(asynchronous())
