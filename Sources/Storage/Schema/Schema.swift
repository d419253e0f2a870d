/// The schema of this release: its steps, in order.
enum Schema {
  /// "Tocs" in the file's header (`PRAGMA application_id`): tells a store from any other database.
  static let applicationID: Int32 = 0x546f_6373

  /// All steps up to this release's.
  static let migrations = [journal, turns]

  /// The table in which a file keeps the steps it went through.
  static let ledger = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      oldest_program INTEGER NOT NULL,
      down TEXT NOT NULL
    ) STRICT
    """

  /// Version 1: incidents with their history, changes, people's responses, outbox and evidence.
  private static let journal = Migration(
    version: 1, name: "journal", oldestProgram: 1, up: tables + guards,
    down: guardNames.map { "DROP TRIGGER \($0)" } + tableNames.map { "DROP TABLE \($0)" })

  /// Version 2: whose turn it is among the messages that wait.
  ///
  /// Only adds, so that programs of version 1 go on with the file.
  private static let turns = Migration(
    version: 2, name: "outbox-turns", oldestProgram: 1,
    up: [
      """
      CREATE INDEX outbox_by_turn ON outbox (receiver, incident, created_at, key)
      WHERE state = 'waiting'
      """
    ],
    down: ["DROP INDEX outbox_by_turn"])

  /// Children first, the order in which foreign keys allow them to go.
  private static let tableNames = [
    "meta", "positions", "outbox", "evidence", "responses", "action_items", "changes", "events",
    "incidents",
  ]

  private static let guardNames = ["events_are_append_only", "changes_are_append_only"]

  private static let guards = [
    """
    CREATE TRIGGER events_are_append_only BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the history of an incident is append-only'); END
    """,
    """
    CREATE TRIGGER changes_are_append_only BEFORE UPDATE ON changes
    BEGIN SELECT RAISE(ABORT, 'changes are append-only'); END
    """,
  ]

  /// Times are milliseconds of event time.
  ///
  /// `as_of` is the tick that a row's view belongs to: an older view never replaces a newer one, so
  /// a tail that is read again changes nothing.
  private static let tables = [
    """
    CREATE TABLE incidents (
      id TEXT PRIMARY KEY,
      opened_at INTEGER NOT NULL,
      severity TEXT NOT NULL,
      state TEXT NOT NULL,
      title TEXT NOT NULL,
      as_of INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX incidents_by_opening ON incidents (opened_at)",
    """
    CREATE TABLE events (
      id TEXT PRIMARY KEY,
      incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      sequence INTEGER NOT NULL,
      time INTEGER NOT NULL,
      kind TEXT NOT NULL,
      body TEXT NOT NULL,
      UNIQUE (incident, sequence)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE changes (
      id TEXT PRIMARY KEY,
      time INTEGER NOT NULL,
      service TEXT NOT NULL,
      kind TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX changes_by_time ON changes (time)",
    """
    CREATE TABLE action_items (
      id TEXT PRIMARY KEY,
      incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      position INTEGER NOT NULL,
      text TEXT NOT NULL,
      owner TEXT,
      due INTEGER,
      state TEXT NOT NULL,
      is_draft INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX action_items_by_incident ON action_items (incident, position)",
    """
    CREATE TABLE responses (
      id TEXT PRIMARY KEY,
      incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      time INTEGER NOT NULL,
      kind TEXT NOT NULL,
      author TEXT,
      text TEXT NOT NULL,
      taken_up INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX responses_by_incident ON responses (incident, time)",
    """
    CREATE TABLE evidence (
      incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      id TEXT NOT NULL,
      position INTEGER NOT NULL,
      as_of INTEGER NOT NULL,
      head TEXT NOT NULL,
      columns BLOB NOT NULL,
      PRIMARY KEY (incident, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
      key TEXT PRIMARY KEY,
      incident TEXT,
      receiver TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL,
      last_error TEXT,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX outbox_by_due_time ON outbox (due_at) WHERE state = 'waiting'",
    """
    CREATE TABLE positions (
      source TEXT PRIMARY KEY,
      identity TEXT,
      offset INTEGER NOT NULL,
      as_of INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
  ]
}
