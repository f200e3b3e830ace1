"""The triggers by which the database itself raises stamps (`articles.models.stamp`), whoever changes a row and however.

A rule says which stamps a change of a table's row raises. What a page shows must be covered by a rule: a table that
pages come to read gets its line in RULES, and a migration that calls `install` again. So does a migration that alters a
table named here: SQLite rebuilds it and forgets its triggers. A test holds the database to the rules.

Nobody waits for anybody. A stamp that is raised gets a number that was never there; the numbers it had are removed,
but for those that somebody else is about to remove. Two who publish at once leave two numbers, and whoever raises the
stamp next removes both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from articles.models.snapshot import SHELF
from articles.models.stamp import ANY, AUTHORS, BREAKING, CORRECTIONS, GONE, PAPER, SHELVES, STORIES

TABLE = "articles_stamp"
PREFIX = "stamps_"
FEW = 100
"""How many rows one statement may change and still leave the pages that do not depend on them as they are."""
ALWAYS = ("insert", "update", "delete")


@dataclass(frozen=True)
class Read:
    """SQL that reads values: an expression and where it comes from; `{row}` is the row that changed."""

    value: str
    source: str = ""

    def select(self, row: str) -> str:
        """The query for that row."""
        return f"SELECT {self.value} AS value {self.source}".replace("{row}", row)


@dataclass(frozen=True)
class Moments:
    """When, by the clock alone, what a row says comes to be so, and when it stops being so."""

    begins: Read
    ends: Read | None = None


@dataclass(frozen=True)
class Rule:
    """What a change of a row raises.

    An update raises where one of `columns` changes, or any where none is named. `adds`: a row that comes takes nothing
    from readers that they had.
    """

    table: str
    names: Sequence[Read]
    columns: Sequence[str] = ()
    events: Sequence[str] = ALWAYS
    adds: bool = False
    moments: Moments | None = None


def _of_snapshots(here: str) -> tuple[Read, ...]:
    """Every stamp under which the snapshots `s` that stand `here` are: where they are listed, and where they are read."""
    return (
        Read(f"'{STORIES}'", here),
        Read(f"'story:' || (s.article_id % {SHELVES})", here),
        # Translations lead to each other.
        Read(f"'story:' || (coalesce(s.translation_of_id, s.article_id) % {SHELVES})", here),
        Read("'section:' || s.section_id", here),
        Read("'year:' || substr(CAST(s.published_at AS varchar), 1, 4)", here),
        Read(f"'shelf:' || (s.article_id / {SHELF})", here),
        Read("'series:' || part.series_id", f"{here} JOIN articles_part AS part ON part.article_id = s.article_id"),
        Read("'author:' || by.author_id", f"{here} JOIN articles_snapshotauthor AS by ON by.snapshot_id = s.id"),
        Read(
            "'author:' || shown.author_id", f"{here} JOIN articles_snapshotphoto AS shown ON shown.snapshot_id = s.id"
        ),
        Read("'tag:' || on_it.tag_id", f"{here} JOIN articles_snapshottag AS on_it ON on_it.snapshot_id = s.id"),
        Read(
            f"'{CORRECTIONS}'",
            f"{here} JOIN articles_snapshot AS same ON same.article_id = s.article_id "
            "JOIN articles_correction AS told ON told.snapshot_id = same.id",
        ),
    )


_ITSELF = (
    "FROM (SELECT {row}.id AS id, {row}.article_id AS article_id, {row}.section_id AS section_id, "
    "{row}.translation_of_id AS translation_of_id, {row}.published_at AS published_at) AS s"
)
_WITH_PHOTO = (
    "FROM (SELECT DISTINCT snapshot_id FROM articles_snapshotphoto WHERE photo_id = {row}.id) AS used "
    "JOIN articles_snapshot AS s ON s.id = used.snapshot_id"
)


def _moments(which: str) -> Moments:
    """The moments at which those snapshots come before readers, and go."""
    source = f"FROM articles_snapshot AS s WHERE {which}"
    return Moments(begins=Read("s.live_from", source), ends=Read("s.live_until", source))


RULES: Sequence[Rule] = (
    Rule(
        "articles_snapshot", _of_snapshots(_ITSELF), columns=("live_until", "farewell"),
        events=("insert", "update"), adds=True, moments=Moments(Read("{row}.live_from"), Read("{row}.live_until")),
    ),
    Rule("articles_snapshotauthor", [Read("'author:' || {row}.author_id")], adds=True, moments=_moments("s.id = {row}.snapshot_id")),
    Rule("articles_snapshottag", [Read("'tag:' || {row}.tag_id")], adds=True, moments=_moments("s.id = {row}.snapshot_id")),
    Rule("articles_snapshotphoto", [Read("'author:' || {row}.author_id")], adds=True, moments=_moments("s.id = {row}.snapshot_id")),
    Rule("articles_correction", [Read(f"'{CORRECTIONS}'")], moments=_moments("s.id = {row}.snapshot_id")),
    Rule("articles_related", [Read(f"'story:' || ({{row}}.article_id % {SHELVES})")]),
    Rule("articles_series", [Read("'series:' || {row}.id")]),
    Rule(
        "articles_part",
        [Read("'series:' || {row}.series_id"), Read(f"'story:' || ({{row}}.article_id % {SHELVES})")],
        moments=_moments("s.article_id = {row}.article_id"),
    ),
    Rule("articles_edition", [Read("'front:' || coalesce({row}.section_id, 0)")], moments=Moments(Read("{row}.live_from"))),
    Rule(
        "articles_breakingline",
        [Read(f"'{BREAKING}'")],
        moments=Moments(Read("{row}.live_from"), Read("{row}.live_until")),
    ),
    # What stands on every page.
    Rule("articles_paper", [Read(f"'{PAPER}'")]),
    Rule("articles_section", [Read(f"'{PAPER}'")]),
    Rule("articles_page", [Read("'page:' || {row}.id")]),
    Rule("articles_page", [Read(f"'{PAPER}'")], columns=("title", "slug", "in_footer", "position")),
    Rule("articles_author", [Read("'author:' || {row}.id"), Read(f"'{AUTHORS}'")]),
    Rule("articles_contactlink", [Read("'author:' || {row}.author_id"), Read(f"'{AUTHORS}'")]),
    # A tag that no story has is on no page.
    Rule("taggit_tag", [Read("'tag:' || {row}.id")], columns=("name", "slug"), events=("update", "delete")),
    # Stories keep what a photo said when they were published; whether its terms still allow it is asked each time.
    Rule(
        "media_photo",
        [
            *_of_snapshots(_WITH_PHOTO),
            Read(f"'{PAPER}'", "FROM articles_paper WHERE nameplate_id = {row}.id"),
            Read(
                "'front:' || coalesce(e.section_id, 0)",
                "FROM articles_edition AS e JOIN articles_editionphoto AS chosen ON chosen.edition_id = e.id "
                "WHERE chosen.photo_id = {row}.id",
            ),
        ],
        columns=("allowed_from", "allowed_until"),
        events=("update",),
    ),
    # Pages of authors show it as it is now.
    Rule(
        "media_photo",
        [
            Read("'author:' || id", "FROM articles_author WHERE portrait_id = {row}.id"),
            Read(f"'{AUTHORS}'", "FROM articles_author WHERE portrait_id = {row}.id"),
            Read("'author:' || author_id", "FROM articles_snapshotphoto WHERE photo_id = {row}.id"),
        ],
        events=("update",),
    ),
    Rule("media_licence", [Read(f"'{PAPER}'")], columns=("name", "url"), events=("update",)),
)  # fmt: skip


def triggers(connection: BaseDatabaseWrapper) -> dict[str, tuple[Rule, str]]:
    """By its name, each trigger that must stand in this database: its rule and its event."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    return {
        f"{PREFIX}{rule.table}_{number}_{event}": (rule, event)
        for number, rule in enumerate(RULES)
        for event in rule.events
        if rule.table in tables
    }


def standing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The triggers of ours that stand in this database, each with its table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE starts_with(tgname, %s)", [PREFIX]
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
                [len(PREFIX), PREFIX],
            )
        return dict(cursor.fetchall())


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let stamps be raised by what RULES say, for the tables that there are; every page is made anew, and still knows
    the moments that were noted.
    """
    remove(schema_editor)
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (_NUMBER, _RAISE) if is_postgresql else ():
        schema_editor.execute(statement, None)
    make = _for_postgresql if is_postgresql else _for_sqlite
    for name, (rule, event) in triggers(schema_editor.connection).items():
        for statement in make(name, rule, event):
            schema_editor.execute(statement, None)
    if is_postgresql:
        schema_editor.execute(f"SELECT stamps_raise(ARRAY['{PAPER}', '{ANY}', '{GONE}'])", None)
    else:
        schema_editor.execute(f"DELETE FROM {TABLE} WHERE at IS NULL", None)
        for name in (PAPER, ANY, GONE):
            schema_editor.execute(
                f"INSERT INTO {TABLE} (number, name, at, is_end) VALUES (random(), '{name}', NULL, 0)", None
            )


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raise nothing any more."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, table in standing(schema_editor.connection).items():
        schema_editor.execute(f"DROP TRIGGER {name}{f' ON {table}' if is_postgresql else ''}", None)
        if is_postgresql:
            schema_editor.execute(f"DROP FUNCTION {name}()", None)
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS stamps_raise(text[])", None)
        schema_editor.execute("DROP FUNCTION IF EXISTS stamps_number()", None)


def _marks(rule: Rule, event: str) -> Sequence[str]:
    return (ANY,) if rule.adds and event == "insert" else (ANY, GONE)


def _moments_of(rule: Rule, event: str) -> Iterator[tuple[Read, bool]]:
    if rule.moments and event != "delete":
        yield rule.moments.begins, False
        if rule.moments.ends:
            yield rule.moments.ends, True


def _for_sqlite(trigger: str, rule: Rule, event: str) -> Iterator[str]:
    rows = {"insert": ("NEW",), "update": ("NEW", "OLD"), "delete": ("OLD",)}[event]
    names = " UNION ".join(name.select(row) for row in rows for name in rule.names)
    found = f"SELECT value FROM ({names}) WHERE value IS NOT NULL"
    marks = " ".join(f"UNION SELECT '{mark}' WHERE EXISTS ({found})" for mark in _marks(rule, event))
    raised = f"{found} {marks}"
    deeds = [
        f"DELETE FROM {TABLE} WHERE at IS NULL AND name IN ({raised});",
        f"INSERT INTO {TABLE} (number, name, at, is_end) SELECT random(), value, NULL, 0 FROM ({raised});",
    ]
    new = " UNION ".join(name.select("NEW") for name in rule.names)
    deeds += [
        f"INSERT INTO {TABLE} (number, name, at, is_end) SELECT random(), named.value, moment.value, {int(is_end)} "
        f"FROM ({new}) AS named CROSS JOIN ({read.select('NEW')}) AS moment "
        "WHERE named.value IS NOT NULL AND moment.value IS NOT NULL;"
        for read, is_end in _moments_of(rule, event)
    ]
    when = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in rule.columns) if event == "update" else ""
    yield (
        f"CREATE TRIGGER {trigger} AFTER {event.upper()} ON {rule.table} {f'WHEN {when} ' if when else ''}"
        f"BEGIN {' '.join(deeds)} END"
    )


_NUMBER = (
    "CREATE FUNCTION stamps_number() RETURNS bigint LANGUAGE sql VOLATILE AS "
    "$$ SELECT hashtextextended(gen_random_uuid()::text, 0) $$"
)
_RAISE = (
    "CREATE FUNCTION stamps_raise(names text[]) RETURNS void LANGUAGE sql VOLATILE AS $$ "
    f"DELETE FROM {TABLE} WHERE number IN "
    f"(SELECT number FROM {TABLE} WHERE at IS NULL AND name = ANY (names) FOR UPDATE SKIP LOCKED); "
    f"INSERT INTO {TABLE} (number, name, at, is_end) "
    "SELECT stamps_number(), name, NULL, false FROM unnest(names) AS name $$"
)


def _for_postgresql(trigger: str, rule: Rule, event: str) -> Iterator[str]:
    tables = {
        "insert": "NEW TABLE AS fresh", "delete": "OLD TABLE AS former", "update": "NEW TABLE AS fresh OLD TABLE AS former",
    }[event]  # fmt: skip
    # A statement is looked at once, however many rows it changed.
    fresh, former = "SELECT fresh.* FROM fresh", "SELECT former.* FROM former"
    if event == "update" and rule.columns:
        differs = " OR ".join(f"fresh.{column} IS DISTINCT FROM former.{column}" for column in rule.columns)
        fresh += f" JOIN former ON former.id = fresh.id WHERE {differs}"
        former += f" JOIN fresh ON fresh.id = former.id WHERE {differs}"
    changed = {"insert": fresh, "delete": former, "update": f"{fresh} UNION ALL {former}"}[event]
    names = " UNION ALL ".join(name.select("r") for name in rule.names)
    every_page = Read(f"'{PAPER}'").select("r")
    marks = ", ".join(f"'{mark}'" for mark in _marks(rule, event))

    def dated(names: str) -> str:
        return " ".join(
            f"INSERT INTO {TABLE} (number, name, at, is_end) SELECT stamps_number(), d.name, d.at, {is_end} "
            f"FROM (SELECT DISTINCT x.value AS name, m.value AS at FROM ({fresh}) AS r "
            f"CROSS JOIN LATERAL ({names}) AS x CROSS JOIN LATERAL ({read.select('r')}) AS m) AS d "
            "WHERE d.name IS NOT NULL AND d.at IS NOT NULL;"
            for read, is_end in _moments_of(rule, event)
        )

    # What a few rows raise is found by index, row by row. Many are not looked up: every page is made anew, and their
    # moments are read by joins that read each table once. The planner isn't asked which: for a table that has just been
    # filled it goes by statistics, or a plan, from when it was small, and would read it whole for each row.
    yield (
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = on SET enable_nestloop = off "
        # A moment is written as it is stored: for its year.
        "SET timezone = 'UTC' SET datestyle = 'ISO' AS $$ DECLARE raised text[]; BEGIN "
        f"IF (SELECT count(*) FROM (SELECT FROM ({changed}) AS r LIMIT {FEW} + 1) AS rows) > {FEW} THEN "
        f"PERFORM stamps_raise(ARRAY['{PAPER}', {marks}]); {dated(every_page)} "
        "ELSE SET LOCAL enable_seqscan = off; SET LOCAL enable_nestloop = on; "
        f"raised := ARRAY(SELECT DISTINCT x.value FROM ({changed}) AS r CROSS JOIN LATERAL ({names}) AS x "
        "WHERE x.value IS NOT NULL); "
        f"IF cardinality(raised) > 0 THEN PERFORM stamps_raise(raised || ARRAY[{marks}]); {dated(names)} END IF; END IF; "
        "RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {trigger} AFTER {event.upper()} ON {rule.table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {trigger}()"
    )
