import { isPostgresUrl } from "../../schema/database-url.ts";

/** Queries for database maintenance, in each dialect. */
export interface Questions {
  product: string;
  version: string;
  /** The name of the table of migrations, if there is one. */
  ledger: string;
  /** Each row is a sentence about one problem. */
  problems: Readonly<Record<string, string>>;
  /** Total size in bytes. */
  size: string;
  /** Names and bytes of the largest tables with their indexes. */
  tables: string;
}

const sqlite: Questions = {
  product: "SQLite",
  version: "select sqlite_version()",
  ledger: "select name from sqlite_schema where name = 'migration'",
  problems: {
    "pages and indexes": "select integrity_check from pragma_integrity_check where integrity_check <> 'ok'",
    "foreign keys": `select 'A row of ' || "table" || ' names one of ' || parent || ' that is not there' || ' (' || count(*) || ' times)'
      from pragma_foreign_key_check group by "table", parent`,
  },
  size: "select page_count * page_size from pragma_page_count, pragma_page_size",
  tables: `select coalesce(entry.tbl_name, dbstat.name) as name, sum(pgsize) as size
    from dbstat left join sqlite_schema as entry on entry.name = dbstat.name
    group by 1 order by size desc limit 8`,
};

const schema = "pg_namespace.nspname = current_schema()";
const postgres: Questions = {
  product: "PostgreSQL",
  version: "select current_setting('server_version')",
  ledger: "select cast(to_regclass('migration') as text) where to_regclass('migration') is not null",
  problems: {
    indexes: `select 'The index ' || pg_class.relname || ' is invalid: create it anew with reindex'
      from pg_index join pg_class on pg_class.oid = pg_index.indexrelid
      join pg_namespace on pg_namespace.oid = pg_class.relnamespace
      where ${schema} and not (indisvalid and indisready)`,
    "foreign keys": `select 'The constraint ' || conname || ' of ' || pg_class.relname || ' was never checked'
      from pg_constraint join pg_class on pg_class.oid = conrelid
      join pg_namespace on pg_namespace.oid = pg_class.relnamespace where ${schema} and not convalidated`,
  },
  size: "select pg_database_size(current_database())",
  tables: `select relname, pg_total_relation_size(pg_class.oid) as size
    from pg_class join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where ${schema} and relkind = 'r' order by size desc limit 8`,
};

export const questionsTo = (path: string): Questions => (isPostgresUrl(path) ? postgres : sqlite);
