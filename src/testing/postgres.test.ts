import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { Client } from "pg";
import { expect, test } from "vitest";
import { describeOnPostgres } from "./postgres-databases.ts";
import { eventually } from "./store-fixture.ts";

await describeOnPostgres("PostgreSQL for tests", (databases) => {
  const ask = async (url: string, text: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows;
  };

  test("a database is a copy of its template, and independent of it afterwards", async () => {
    const first = await databases.create();
    await ask(first.url, "create table word as select 'kept' as text");
    const copy = await databases.create(first);
    await ask(copy.networkUrl, "insert into word values ('new')");
    expect(await ask(copy.url, "select text from word")).toEqual([{ text: "kept" }, { text: "new" }]);
    expect(await ask(first.networkUrl, "select text from word")).toEqual([{ text: "kept" }]);
  });

  test("a dropped database is removed despite open connections", async () => {
    const database = await databases.create();
    const client = new Client({ connectionString: database.url });
    client.on("error", () => undefined);
    await client.connect();
    await databases.drop(database);
    await expect(ask(database.url, "select 1")).rejects.toThrow("does not exist");
  });

  test("a server ends with its process, even if that is killed", async () => {
    const program = `
      import { TestPostgres } from "./src/testing/postgres.ts";
      const server = await TestPostgres.start();
      console.log(JSON.stringify({ pid: server.pid, url: server.url("postgres") }));`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program]);
    const [printed] = await once(child.stdout.setEncoding("utf8"), "data");
    const { pid, url } = JSON.parse(printed);
    const folder = new URL(url).searchParams.get("host") ?? "";
    expect(existsSync(folder)).toBe(true);
    child.kill("SIGKILL");
    await eventually(() => existsSync(folder)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
