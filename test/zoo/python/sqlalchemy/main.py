"""Nothing of SQLAlchemy is loaded that the program has not asked for."""
import sys

import sqlalchemy

print("sqlalchemy.orm" in sys.modules, "sqlalchemy.ext.asyncio" in sys.modules)
engine = sqlalchemy.create_engine("sqlite://")
with engine.begin() as connection:
    print(connection.execute(sqlalchemy.text("SELECT 1 + 1")).scalar())

from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    number: Mapped[int] = mapped_column(primary_key=True)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Item(number=1), Item(number=2)])
    session.commit()
    print([item.number for item in session.scalars(sqlalchemy.select(Item).order_by(Item.number))])
print(type(engine), sqlalchemy.inspect(engine).get_table_names())
