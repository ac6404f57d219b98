"""Many rows at once, the way each database likes it best.

SQLite: one statement, executed for each row. PostgreSQL: the same for few rows, but COPY into a passing table and one
`INSERT … ON CONFLICT` for many, which is more than twice as fast (docs/benchmarks.md).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
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
        columns = ", ".join(f'"{name}"' for name in names)
        text = f'INSERT INTO "{table.name}" ({columns}) VALUES ({_marks(len(names))})'  # noqa: S608 - names of ours
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(_worded(connection, text), rows)


def ask(connection: sa.Connection, text: str, values: Sequence[Any]) -> list[Any]:
    """A question put to the driver itself, `?` for each value; plain tuples, as the driver gives them (`as_read`).

    On the way of many small writes SQLAlchemy costs several times what the database does (docs/benchmarks.md).
    """
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(_worded(connection, text), values)
        return [*cursor.fetchall()]


def as_sent(connection: sa.Connection, column: sa.Column[Any], value: Any) -> Any:
    """A value as the driver takes it, for `insert` and `ask`."""
    processor = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return value if processor is None else processor(value)


def as_read(connection: sa.Connection, column: sa.Column[Any], value: Any) -> Any:
    """What `ask` found, as SQLAlchemy would have given it."""
    processor = column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, None)
    return value if processor is None else processor(value)


class Among(NamedTuple):
    """A question for rows of a school by one of their columns, for `ask`."""

    text: str
    column: str

    def rows(self, connection: sa.Connection, school: str, values: Collection[Any]) -> list[Any]:
        """`values`: texts or bytes, as the column has them."""
        if connection.dialect.name == "postgresql":
            return ask(connection, f"{self.text} AND {self.column} = ANY(?)", (school, [*values])) if values else []
        asked = (ask(connection, self._light(len(some)), (school, *some)) for some in pieces(values))
        return [row for rows in asked for row in rows]

    def _light(self, number: int) -> str:
        return f"{self.text} AND {self.column} IN ({_marks(number)})"


def among(column: sa.Column[Any], *columns: sa.ColumnElement[Any], filled: bool = False) -> Among:
    """`filled`: says so in the question, as an index does that leaves out empty texts."""
    filling = f" AND {column} != ''" if filled else ""
    return Among(f"{sa.select(*columns)} WHERE {column.table.c.school} = ?{filling}", str(column))


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _worded(connection: sa.Connection, text: str) -> str:
    """No `?` stands in a question but for a value."""
    return text if connection.dialect.name == "sqlite" else text.replace("?", "%s")


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
