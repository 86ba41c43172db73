import fc from "fast-check";
import { expect } from "vitest";
import type { World } from "../../testing/world.ts";
import { type Operation, operations, withoutNulls } from "./document.ts";
import { fitted, withRows } from "./domain-values.ts";
import type { Noun, Row } from "./nouns.ts";
import { ask, type Rows } from "./rows.ts";
import { addressOf } from "./targets.ts";
import { valuesOf } from "./values.ts";

/** One thing that is done with one of the rows there are; which, is counted around. */
export interface Act {
  kind: "create" | "update" | "remove";
  which: number;
  created: unknown;
  updated: unknown;
}

const operationOf = (id: string | undefined): Operation | undefined =>
  operations.find((operation) => operation.id === id);
const bodiesOf = (id: string | undefined) => valuesOf(operationOf(id)?.body ?? { type: "null" });

export const livesOf = (noun: Noun): fc.Arbitrary<Act[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom("create", "create", "update", "remove"),
      which: fc.nat({ max: 5 }),
      created: bodiesOf(noun.create),
      updated: bodiesOf(noun.update),
    }),
    { minLength: 1, maxLength: 6 },
  );

/** Applies all steps, and after each compares the server's answers with the expected rows. */
export async function live(noun: Noun, acts: readonly Act[], { world, rows }: { world: World; rows: Rows }) {
  const expected = new Map<string, { row: Row; written: Row }>();
  const call = async (id: string | undefined, path: Record<string, string>, body?: unknown) => {
    const operation = operationOf(id);
    if (!operation) throw new Error(`the contract has no ${id}`);
    return ask(world, operation.method, addressOf(operation, { path, query: {} }), body);
  };
  const keysOf = noun.keys ?? (({ id }: Row) => ({ id: String(id) }));
  for (const { kind, which, created, updated } of acts) {
    const [id, known] = [...expected][which % Math.max(expected.size, 1)] ?? [];
    if (kind === "create" || !id || !known) {
      const body = await withRows(fitted(noun.create, created), rows);
      const answer = await call(noun.create, {}, body);
      expect(answer).toMatchObject({
        status: expect.toSatisfy((status) => status === 200 || status === 201),
      });
      const row: Row = Object(answer.body);
      // Existing rows are unchanged.
      expected.set(String(row.id), { row, written: answer.status === 201 ? Object(body) : {} });
    } else if (kind === "update" && noun.update) {
      const body = await withRows(fitted(noun.update, updated), rows);
      expect(await call(noun.update, keysOf(known.row), body)).toMatchObject({ status: 204 });
      const written = { ...(noun.isReplaced ? {} : known.written), ...Object(body) };
      expected.set(id, { row: { ...known.row, ...Object(body) }, written });
    } else if (kind === "remove" && noun.remove) {
      expect((await call(noun.remove, keysOf(known.row))).status).toBeLessThan(300);
      expect(await call(noun.read, keysOf(known.row))).toMatchObject({ status: 404 });
      expect(await call(noun.remove, keysOf(known.row))).toMatchObject({ status: 404 });
      expected.delete(id);
    }
    for (const { row, written } of expected.values()) {
      const answer = await call(noun.read, keysOf(row));
      expect(answer.status).toBe(200);
      expectKept(written, Object(answer.body), noun.unlike ?? []);
    }
    await expectFound(noun, [...expected.keys()], call);
  }
}

type Call = (id: string | undefined, path: Record<string, string>, body?: unknown) => ReturnType<typeof ask>;

async function expectFound({ filter, by, count }: Noun, ids: string[], call: Call): Promise<void> {
  const found = await call(filter, {}, by ? by(ids) : {});
  const rows = Object(found.body).map((row: Row) => row.id);
  // Lists that cannot be narrowed hold the rows of others, too, and no more than a page of them.
  if (by) expect(rows.toSorted()).toEqual(ids.toSorted());
  else if (rows.length < 200) expect(rows).toEqual(expect.arrayContaining(ids));
  if (count && by) expect((await call(count, {}, by(ids))).body).toBe(ids.length);
}

function expectKept(written: Row, row: Row, unlike: readonly string[]): void {
  for (const [key, value] of Object.entries(written)) {
    // What is written as null, or as no name, may read as the usual.
    const isUsual = value === null || (key === "name" && value === "");
    if (isUsual || unlike.includes(key) || !(key in row)) continue;
    const wanted = key === "tags" ? [...new Set(Object(value))] : asRead(value);
    expect({ [key]: withoutNulls(row[key]) }).toEqual({ [key]: withoutNulls(wanted) });
  }
}

/** Times are read in one shape. */
function asRead(value: unknown): unknown {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S+$/.test(value)) return value;
  const ms = Date.parse(value.replace(" ", "T"));
  return expect.toSatisfy((read) => Math.abs(Date.parse(read) - ms) < 1 || read === value);
}
