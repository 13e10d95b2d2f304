import inspect

import confluent_kafka
from confluent_kafka import Consumer, DeserializingConsumer, KafkaError, Producer, SerializingProducer
from confluent_kafka.serialization import StringSerializer

WHERE = {"bootstrap.servers": "127.0.0.1:9", "log_level": 0}
failures = []


class Mine(Producer):
    """One whose configuration is its own business."""

    @property
    def config(self):
        return "mine"


producer = Mine(WHERE)
producer.produce("topic", b"value", headers={"a": b"1"}, on_delivery=lambda error, _: failures.append(error.code()))
producer.purge()
producer.poll(1)
print(producer.config, failures == [KafkaError._PURGE_QUEUE], len(producer), isinstance(producer, Producer))
serializing = SerializingProducer(dict(WHERE, **{"value.serializer": StringSerializer()}))
serializing.produce("topic", value="value")
serializing.purge()
print(isinstance(serializing, Producer), isinstance(DeserializingConsumer(dict(WHERE, **{"group.id": "a"})), Consumer))
consumer = Consumer(dict(WHERE, **{"group.id": "a"}))
consumer.subscribe(["topic"])
print(consumer.poll(0.1), consumer.consume(1, 0.1), consumer.close(), type(consumer) is confluent_kafka.cimpl.Consumer)
print(Producer.__name__, Producer.__module__, Producer is confluent_kafka.cimpl.Producer, inspect.isbuiltin(Producer.produce))
try:
    Consumer({})
except ValueError as error:
    print(type(error).__name__, error)
