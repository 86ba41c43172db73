import { constants, type DatabaseSync, type StatementSync } from "node:sqlite";

interface Written {
  statement: StatementSync;
  /** Tables into which it inserts rows. */
  inserts: ReadonlySet<string>;
  /** Tables of which it updates or deletes rows, by itself or by what a foreign key or a trigger does. */
  changes: ReadonlySet<string>;
}

/**
 * Tells what statements write, as SQLite finds it: it asks its authorizer about each table when it compiles a statement.
 * Node before 24.10 has no authorizer; there every statement counts as one that writes all tables.
 */
export class WrittenTables {
  readonly #database: DatabaseSync;
  readonly #hasAuthorizer: boolean;
  #inserts = new Set<string>();
  #changes = new Set<string>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#hasAuthorizer = "setAuthorizer" in database;
    if (!this.#hasAuthorizer) return;
    database.setAuthorizer((action, table) => {
      if (action === constants.SQLITE_INSERT) this.#inserts.add(String(table));
      if (action === constants.SQLITE_UPDATE || action === constants.SQLITE_DELETE)
        this.#changes.add(String(table));
      return constants.SQLITE_OK;
    });
  }

  prepare(sql: string): Written {
    this.#inserts = new Set();
    this.#changes = new Set();
    const statement = this.#database.prepare(sql);
    if (!this.#hasAuthorizer) this.#changes = this.#allTables();
    return { statement, inserts: this.#inserts, changes: this.#changes };
  }

  #allTables(): Set<string> {
    const tables = this.#database.prepare("select name from sqlite_schema where type = 'table'").all();
    return new Set(tables.map(({ name }) => String(name)));
  }
}
