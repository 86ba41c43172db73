import { expect, test } from "vitest";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import { Connection } from "../engine/connection.ts";
import type { Step } from "../engine/protocol.ts";

// An invalid statement is not reported as an unreachable database, which clients would wait for.

const reading = (sql: string, values: Step["values"] = []): Step => ({ sql, values, reads: true });

await describeOnPostgres("a statement that fails", (databases) => {
  async function reasonOf(
    sql: string,
    { values = [], before }: { values?: Step["values"]; before?: string } = {},
  ) {
    const database = await databases.create();
    const connection = new Connection({ path: database.url, readOnly: false });
    if (before) await connection.script(before);
    const failure = await connection.run([reading(sql, values)]).catch((error: unknown) => error);
    const after = await connection.run([reading("select 1")]);
    expect(after).toMatchObject([{ rows: [[1]] }]);
    await connection.close();
    return failure;
  }

  test.each([
    ["of so many terms that the server's stack does not hold them", `select 1${" + 1".repeat(200_000)}`],
    ["that is none", "select from where"],
    ["with a value that is none of its type", "select cast('x' as integer)"],
  ])("%s is told as what it is", async (_, sql) => {
    expect(await reasonOf(sql)).toMatchObject({ name: "StoreError", reason: null });
  });

  test("with too many parameters is reported as such", async () => {
    const values = Array.from({ length: 70_000 }, (_, at) => at);
    const sql = `select ${values.map(() => "?").join(" + ")}`;
    expect(await reasonOf(sql, { values })).toMatchObject({ name: "StoreError", reason: null });
  });

  test("because of a timeout is reported as such", async () => {
    const failure = await reasonOf("select pg_sleep(60)", { before: "set statement_timeout = 50" });
    expect(failure).toMatchObject({ name: "StoreError", reason: "slow" });
  });
});
