import { Client } from "pg";
import { expect, test } from "vitest";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import { openStore } from "../store.ts";
import { accessOf } from "./postgres-url.ts";

test.each([
  ["postgres://me:p%40ss@db.example/flows", { host: "db.example", port: 5432, user: "me", password: "p@ss" }],
  ["postgresql://db:6432/flows?sslmode=require", { port: 6432, ssl: { rejectUnauthorized: false } }],
  ["postgres://db/flows?sslmode=verify-full", { ssl: { rejectUnauthorized: true }, mayBePlain: false }],
  ["postgres://db/flows?sslmode=prefer", { mayBePlain: true }],
  ["postgres://me@localhost/flows?host=%2Fvar%2Frun", { host: "/var/run", ssl: false, user: "me" }],
  ["postgres://[::1]:5433/flows", { host: "::1", port: 5433, database: "flows" }],
])("%s is understood", (url, access) => {
  expect(accessOf(url)).toMatchObject(access);
});

test.each([
  ["postgres://me:secret@db", "Expected the name of a database"],
  ["postgres:///flows", "Expected a host"],
  [
    "postgres://me:secret@db/flows?sslmode=always",
    "Expected sslmode to be one of disable, allow, prefer, require",
  ],
  ["postgres://me:secret@db/flows?pool=4", "has the parameter pool, which is not known"],
  ["postgres://me:secret@db:port/flows", "Expected a database URL of the form postgres://"],
])("%s is refused in a sentence without its password", (url, sentence) => {
  expect(() => accessOf(url)).toThrow(sentence);
  expect(() => accessOf(url)).toThrow(/^(?!.*secret)/);
});

await describeOnPostgres("a database that cannot be opened is told of in a sentence:", (databases) => {
  const refusal = async (url: string): Promise<string> => {
    const opened = await openStore({ path: url }).catch((error: Error) => error.message);
    if (typeof opened === "string") return opened;
    await opened.close();
    return "It was opened.";
  };

  test("an unreachable server, a wrong password, an unknown database", async () => {
    const database = await databases.create();
    const wrong = new URL(database.networkUrl);
    wrong.password = "hunter2";
    const message = await refusal(wrong.href);
    expect(message).toContain('does not accept the password of the user "postgres"');
    expect(message).not.toContain("hunter2");
    const missing = new URL(database.networkUrl);
    missing.pathname = "/missing";
    expect(await refusal(missing.href)).toContain('has no database "missing": create it first');
    const closed = new URL(database.networkUrl);
    closed.port = "1";
    expect(await refusal(closed.href)).toMatch(/The PostgreSQL server at 127.0.0.1:1 cannot be reached/);
    await databases.drop(database);
  });

  test("a database of another version of the program", async () => {
    const database = await databases.create();
    expect(await refusal(database.url)).toBe("It was opened.");
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query("insert into migration values (99, 'future', 'sum', '2030')");
    expect(await refusal(database.url)).toContain("made by a newer version of Praetor");
    await client.query("delete from migration where number = 99");
    await client.query("update migration set checksum = 'other' where number = 1");
    expect(await refusal(database.url)).toContain("is not the one that shaped this database");
    await client.end();
    await databases.drop(database);
  });
});
