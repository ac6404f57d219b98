"""Many rows at once, the way each database likes it best.

SQLite: one statement, executed for each row. PostgreSQL: the same for few rows, but COPY into a passing table and one
`INSERT … ON CONFLICT` for many, which is more than twice as fast (docs/benchmarks.md).
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Row = Mapping[str, Any]
Changes = Callable[[Any], dict[str, Any]]  # the row that came in → what an existing row takes from it

MANY = 1000  # below this, making the passing table costs more than it spares


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], *, changes: Changes) -> None:
    """Insert; where the primary key is there already, apply `changes`. All rows name the same columns."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        light = sqlite.insert(table)
        connection.execute(light.on_conflict_do_update(index_elements=_key(table), set_=changes(light.excluded)), rows)
        return
    heavy = postgresql.insert(table)
    if len(rows) < MANY:
        connection.execute(heavy.on_conflict_do_update(index_elements=_key(table), set_=changes(heavy.excluded)), rows)
        return
    passing = _copy(connection, table, rows)
    filled = heavy.from_select(list(rows[0]), sa.select(*(passing.c[name] for name in rows[0])))
    connection.execute(filled.on_conflict_do_update(index_elements=_key(table), set_=changes(heavy.excluded)))
    connection.exec_driver_sql(f'DROP TABLE "{passing.name}"')


def insert(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as the driver takes them, in the order of `names`: SQLAlchemy looks at none of them, which is most of it.

    Values must be such as the driver takes (`as_sent`): texts, numbers, bytes and flags are.
    """
    if rows:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join([mark] * len(names))
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 - names of ours


def as_sent(connection: sa.Connection, column: sa.Column[Any], value: Any) -> Any:
    """A value as the driver takes it, for `insert`."""
    processor = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return value if processor is None else processor(value)


class Among(NamedTuple):
    """A question for rows of a school by one of their texts, made once: putting it together costs several times what
    asking does. The texts go as one parameter, so that it is the same question however many there are."""

    light: sa.Select[Any]
    heavy: sa.Select[Any]

    def rows(self, connection: sa.Connection, school: str, values: Collection[str]) -> list[Any]:
        if not values:
            return []
        if connection.dialect.name == "sqlite":
            found = connection.execute(self.light, {"school": school, "texts": json.dumps([*values])})
        else:
            found = connection.execute(self.heavy, {"school": school, "texts": [*values]})
        return [*found]


def among(column: sa.Column[str], *columns: sa.ColumnElement[Any], filled: bool = False) -> Among:
    """`filled`: says so in the question, as an index does that leaves out empty texts."""
    wanted = sa.select(*columns).where(column.table.c.school == sa.bindparam("school"))
    if filled:
        wanted = wanted.where(column != sa.literal_column("''"))
    each = sa.func.json_each(sa.bindparam("texts")).table_valued("value")
    texts = sa.bindparam("texts", type_=postgresql.ARRAY(sa.Text))
    return Among(wanted.where(column.in_(sa.select(each.c.value))), wanted.where(column == sa.any_(texts)))


def taking(*names: str) -> Changes:
    """Changes that take these columns as they came."""
    return lambda incoming: {name: incoming[name] for name in names}


def greater(table: sa.Table, incoming: Any, name: str) -> sa.Case[Any]:
    """The greater of what is there and what came."""
    return sa.case((incoming[name] > table.c[name], incoming[name]), else_=table.c[name])


def pieces(items: Iterable[T], size: int = 5000) -> Iterable[list[T]]:
    """Lists that fit into one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535."""
    whole = list(items)
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _key(table: sa.Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> sa.TableClause:
    names = list(rows[0])
    passing = sa.table(f"incoming_{table.name}", *(sa.column(name, table.c[name].type) for name in names))
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE "{passing.name}" (LIKE "{table.name}") ON COMMIT DROP')
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f'COPY "{passing.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
    cursor.close()
    return passing
