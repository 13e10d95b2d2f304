"""Which instrumentor runs after which module of the application: the last module that it needs, so that it imports no other."""
import sys

from _odigos import settings

_PACKAGE = "_odigos.opentelemetry.instrumentation."
loaded = []
failed = []


class Library(object):
    """An instrumentor by the name in OTEL_PYTHON_DISABLED_INSTRUMENTATIONS."""

    def __init__(self, name, module, instrumentor):
        self.name = name
        self.module = module
        self._place = instrumentor.split(":")

    def instrumentor(self):
        module = _PACKAGE + self._place[0]
        __import__(module)
        return getattr(sys.modules[module], self._place[1])()

    def load(self):
        """Throws where the library's version is not supported, and where it fails."""
        # The packages for Python 3.8 do not know the parameter.
        options = {} if sys.version_info < (3, 9) else {"raise_exception_on_conflict": True}
        self.instrumentor().instrument(**options)


class Application(Library):
    """Instruments each application instead of replacing its class, which others have imported, derive from and compare with."""

    def __init__(self, name, module, instrumentor, derived=None):
        Library.__init__(self, name, module, instrumentor)
        self._class = {"fastapi": "FastAPI", "flask": "Flask", "starlette": "Starlette"}[name]
        self._derived = derived  # the package of a class that is derived from it, and has an instrumentor of its own

    def load(self):
        holder = sys.modules[self.module]
        real = getattr(holder, self._class)
        Library.load(self)
        if getattr(holder, self._class) is not real:
            setattr(holder, self._class, real)
            self._instrument_instances(real)

    def _is_another(self, known):
        return self._derived is not None and any(each.__module__.split(".")[0] == self._derived for each in known.__mro__)

    def _instrument_instances(self, real):
        instrumentor = self.instrumentor()
        original = real.__init__

        def __init__(instance, *args, **kwargs):
            original(instance, *args, **kwargs)
            if self._is_another(type(instance)):
                return
            try:
                with settings.applied():
                    instrumentor.instrument_app(instance)
            except Exception as error:
                failed.append("%s: %s" % (self.name, type(error).__name__))

        __init__.__wrapped__ = original
        __init__.__doc__ = original.__doc__
        real.__init__ = __init__


class Patched(Library):
    """By a module of ours, which calls `instrument` when the time has come."""

    def load(self):
        name = "_odigos." + self.name.split("-")[0]
        __import__(name)
        sys.modules[name].patch(self, sys.modules[self.module])

    def instrument(self, holder=None, name="", stand_in=None):
        """Returns what the instrumentor derives from `stand_in`, which is for that time in place of the application's class."""
        if holder is None:
            return Library.load(self)
        real = getattr(holder, name)
        setattr(holder, name, stand_in)
        try:
            Library.load(self)
            return getattr(holder, name)
        finally:
            setattr(holder, name, real)


ALL = [
    Application("fastapi", "fastapi", "fastapi:FastAPIInstrumentor"),
    Application("flask", "flask", "flask:FlaskInstrumentor"),
    Application("starlette", "starlette.applications", "starlette:StarletteInstrumentor", "fastapi"),
    # Its settings exist when a handler loads its middleware; before, asking for them would decide them.
    Patched("django", "django.core.handlers.base", "django:DjangoInstrumentor"),
    Patched("falcon", "falcon", "falcon:FalconInstrumentor"),
    Patched("pyramid", "pyramid.config", "pyramid:PyramidInstrumentor"),
    Patched("aiohttp-server", "aiohttp.web", "aiohttp_server:AioHttpServerInstrumentor"),
] + [
    Library(*words.split())
    for words in (
        "aio-pika aio_pika aio_pika:AioPikaInstrumentor",
        "aiobotocore aiobotocore.client botocore:AiobotocoreInstrumentor",
        "aiohttp-client aiohttp aiohttp_client:AioHttpClientInstrumentor",
        "aiokafka aiokafka aiokafka:AIOKafkaInstrumentor",
        "aiopg aiopg aiopg:AiopgInstrumentor",
        "asyncclick asyncclick asyncclick:AsyncClickInstrumentor",
        "asyncio asyncio asyncio:AsyncioInstrumentor",
        "asyncpg asyncpg asyncpg:AsyncPGInstrumentor",
        "boto boto.connection boto:BotoInstrumentor",
        "boto3 boto3.session boto3sqs:Boto3SQSInstrumentor",
        "botocore botocore.client botocore:BotocoreInstrumentor",
        "cassandra cassandra.cluster cassandra:CassandraInstrumentor",
        "celery celery.app.amqp celery:CeleryInstrumentor",
        "click click click:ClickInstrumentor",
        "confluent_kafka confluent_kafka confluent_kafka:ConfluentKafkaInstrumentor",
        "elasticsearch elasticsearch elasticsearch:ElasticsearchInstrumentor",
        "grpc_aio_client grpc grpc:GrpcAioInstrumentorClient",
        "grpc_aio_server grpc grpc:GrpcAioInstrumentorServer",
        "grpc_client grpc grpc:GrpcInstrumentorClient",
        "grpc_server grpc grpc:GrpcInstrumentorServer",
        "httpx httpx httpx:HTTPXClientInstrumentor",
        "httpx2 httpx2 httpx:HTTPX2ClientInstrumentor",
        "jinja2 jinja2 jinja2:Jinja2Instrumentor",
        "kafka kafka kafka:KafkaInstrumentor",
        "logging logging logging:LoggingInstrumentor",
        "mysql mysql.connector mysql:MySQLInstrumentor",
        "mysqlclient MySQLdb mysqlclient:MySQLClientInstrumentor",
        "pika pika pika:PikaInstrumentor",
        "psycopg psycopg psycopg:PsycopgInstrumentor",
        "psycopg2 psycopg2 psycopg2:Psycopg2Instrumentor",
        "pymemcache pymemcache pymemcache:PymemcacheInstrumentor",
        "pymongo pymongo pymongo:PymongoInstrumentor",
        "pymssql pymssql pymssql:PyMSSQLInstrumentor",
        "pymysql pymysql pymysql:PyMySQLInstrumentor",
        "redis redis redis:RedisInstrumentor",
        "remoulade remoulade remoulade:RemouladeInstrumentor",
        "requests requests requests:RequestsInstrumentor",
        "sqlalchemy sqlalchemy sqlalchemy:SQLAlchemyInstrumentor",
        "sqlite3 sqlite3 sqlite3:SQLite3Instrumentor",
        "structlog structlog structlog:StructlogInstrumentor",
        "threading threading threading:ThreadingInstrumentor",
        "tornado tornado.web tornado:TornadoInstrumentor",
        "tortoiseorm tortoise tortoiseorm:TortoiseORMInstrumentor",
        "urllib urllib.request urllib:URLLibInstrumentor",
        "urllib3 urllib3 urllib3:URLLib3Instrumentor",
    )
]

BY_MODULE = {}
for _each in ALL:
    BY_MODULE.setdefault(_each.module, []).append(_each)
