import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { WrittenTables } from "./written-tables.ts";

const schema = `
create table pool (id text primary key, name text unique);
create table queue (id text primary key, pool_id text references pool (id) on delete cascade);
create table run (id text primary key, queue_id text references queue (id) on delete set null);
create table note (text text);
create trigger noted after update on queue begin insert into note values ('x'); end;
`;

/** What a statement inserts into and what it changes, whatever words its text holds. */
test.each([
  ["select 'update pool' from queue", [], []],
  ["insert into note values ('delete from pool')", ["note"], []],
  [
    "insert into pool values ('a', 'b') on conflict (name) do update set id = 'c' returning id",
    ["pool"],
    ["pool"],
  ],
  [
    "with found as (select id from run) update queue set id = 'x' where id in (select id from found)",
    ["note"],
    ["queue"],
  ],
  ["delete from pool where id = 'a'", [], ["pool", "queue", "run"]],
])("%s", (sql, inserts, changes) => {
  const database = new DatabaseSync(":memory:");
  database.exec(schema);
  const written = new WrittenTables(database).prepare(sql);
  expect({ inserts: [...written.inserts].toSorted(), changes: [...written.changes].toSorted() }).toEqual({
    inserts,
    changes,
  });
  database.close();
});
