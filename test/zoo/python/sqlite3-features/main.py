import sqlite3
import sys

source, target = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
with source:
    source.execute("create table item (name text)")
    source.execute("insert into item values ('one')")
source.backup(target)
print(list(target.iterdump()))
print(isinstance(target, sqlite3.Connection), type(target.cursor()).__name__)


class Own(sqlite3.Connection):
    pass


print(type(sqlite3.connect(":memory:", factory=Own)).__name__)
