"""Many rows at once: COPY to insert, one UPDATE … FROM to change. For services that carry volume.

Django's `bulk_create` and `bulk_update` build one SQL expression per value; at thousands of rows that costs more than
the database does (measured: a fifth of the time with these).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field
from psycopg import sql

FEW = 20  # below this a COPY's round trips cost more than they save


def insert(rows: Sequence[models.Model]) -> None:
    """Insert `rows`, all of one model, in the caller's transaction; their keys are set, or counted by the database and
    then not read back. Raises IntegrityError as an INSERT would. Database defaults of the model's fields don't apply.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        model._base_manager.bulk_create(rows)
        return
    fields = _fields(model)
    database = connections[DEFAULT_DB_ALIAS]
    adapters = [(field.attname, _adapter(field, database)) for field in fields]
    _copy(
        model._meta.db_table,
        [_column(field) for field in fields],
        ([adapt(getattr(row, name)) for name, adapt in adapters] for row in rows),
    )
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert `rows` of plain values into `table` in the caller's transaction: a fifth of what model instances cost.

    Takes values as psycopg takes them, in the order of `columns`; JSON as text. Raises IntegrityError as an INSERT
    would.
    """
    if len(rows) >= FEW:
        _copy(table, columns, rows)
    elif rows:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            statement = _insert_statement(table, tuple(columns), len(rows))
            cursor.execute(statement, [value for row in rows for value in row])


@cache
def _insert_statement(table: str, columns: tuple[str, ...], count: int) -> str:
    """An INSERT of `count` (fewer than FEW) rows: building it took as long as running it."""
    one = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(columns)))
    return (
        sql.SQL("INSERT INTO {} ({}) VALUES {}")
        .format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join([one] * count),
        )
        .as_string()
    )


def _copy(table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor, database.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the fields `names` of `rows`, all of one model, in one statement. Array and JSON fields are fine."""
    if not rows:
        return
    model = type(rows[0])
    key = model._meta.pk
    assert key is not None
    fields: list[Any] = [key, *(model._meta.get_field(name) for name in names)]
    assert all(isinstance(field, Field) for field in fields)
    database = connections[DEFAULT_DB_ALIAS]
    adapters = [(field.attname, _adapter(field, database)) for field in fields]
    columns = [(_column(field), _type(field, database)) for field in fields]
    with database.cursor() as cursor:
        if any(kind.endswith("[]") for _, kind in columns):  # arrays of arrays come apart value by value
            values = [adapt(getattr(row, name)) for row in rows for name, adapt in adapters]
            cursor.execute(_update(model._meta.db_table, columns, _values(columns, len(rows))), values)
        else:
            arrays = [[adapt(getattr(row, name)) for row in rows] for name, adapt in adapters]
            cursor.execute(_update(model._meta.db_table, columns, _arrays(columns)), arrays)


def _update(table: str, columns: Sequence[tuple[str, str]], given: sql.Composable) -> sql.Composable:
    """An UPDATE of `columns`, the key first, FROM what is `given`."""
    key, *others = [sql.Identifier(name) for name, _ in columns]
    return sql.SQL("UPDATE {} AS stored SET {} FROM {} AS given ({}) WHERE stored.{} = given.{}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.SQL("{0} = given.{0}").format(name) for name in others),
        given,
        sql.SQL(", ").join([key, *others]),
        key,
        key,
    )


def _values(columns: Sequence[tuple[str, str]], count: int) -> sql.Composable:
    one = sql.SQL("({})").format(
        sql.SQL(", ").join(sql.SQL("{}::{}").format(sql.Placeholder(), sql.SQL(kind)) for _, kind in columns)
    )
    return sql.SQL("(VALUES {})").format(sql.SQL(", ").join([one] * count))


def _arrays(columns: Sequence[tuple[str, str]]) -> sql.Composable:
    """One parameter per column, however many rows: a tenth of the time of one per value."""
    each = [sql.SQL("{}::{}[]").format(sql.Placeholder(), sql.SQL(kind)) for _, kind in columns]
    return sql.SQL("unnest({})").format(sql.SQL(", ").join(each))


def _fields(model: type[models.Model]) -> list[Any]:
    """All columns but those that the database fills by itself: counted up, or made from others."""
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField | models.GeneratedField)
    ]


def _column(field: Any) -> str:
    return str(field.column)


def _type(field: Any, database: BaseDatabaseWrapper) -> str:
    return str(field.rel_db_type(database) if field.primary_key else field.db_type(database))


def _adapter(field: Any, database: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How a value of `field` becomes what psycopg takes. Half of an insert's time went into Django's own way for values
    that psycopg takes as they are."""
    kind = field.target_field if field.is_relation else field
    if isinstance(kind, _AS_THEY_ARE):
        return _same
    if isinstance(kind, models.CharField | models.TextField):
        return _text
    return lambda value: field.get_db_prep_save(value, database)


_AS_THEY_ARE = (models.UUIDField, models.DateTimeField, models.IntegerField, models.FloatField, models.BooleanField)


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> Any:
    return value if value is None or type(value) is str else str(value)  # a choice is the string it stands for
