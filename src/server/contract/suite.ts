import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { World } from "../../testing/world.ts";
import { complaint, isThere, type Operation, operationServedBy, operations, whyNot } from "./document.ts";
import { fitted, withRows } from "./domain-values.ts";
import { mayAlso, toldOtherwise, unserved } from "./exceptions.ts";
import { flawedOf } from "./invalid-values.ts";
import { live, livesOf } from "./lifecycles.ts";
import { oddRequestsOf, requestOf } from "./malformed-requests.ts";
import { nouns } from "./nouns.ts";
import { type Answer, ask, type Rows, read, rowsOf } from "./rows.ts";
import { addressOf, targetOf } from "./targets.ts";
import { valuesOf } from "./values.ts";

/** A fixed seed, so that failures are reproducible. */
const seed = Number(process.env.PRAETOR_TEST_SEED ?? 20_261_125);
/** Number of requests per operation and kind. */
const numRuns = Number(process.env.PRAETOR_TEST_RUNS ?? 10);
const bounds = { seed, numRuns, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false };

/** Tests a server against the contract's document. */
export function describeContract(title: string, open: () => Promise<World>): void {
  describe.skipIf(!isThere)(isThere ? title : `${title} (${whyNot})`, () => {
    let world: World;
    let rows: Rows;
    const served = new Set<Operation>();
    beforeAll(async () => {
      world = await open();
      rows = rowsOf(world);
      for (const route of world.routes) {
        const operation = operationServedBy(route);
        if (operation) served.add(operation);
      }
    });
    afterAll(() => world?.close());

    const send = async (operation: Operation, body: unknown): Promise<Answer> => {
      const [address, sent] = [
        addressOf(operation, await targetOf(operation, rows)),
        await withRows(body, rows),
      ];
      return ask(world, operation.method, address, sent);
    };
    const all = operations.map((operation) => [operation.id, operation] as const);

    test("every operation is served, except the documented exceptions", () => {
      const missing = operations.filter((operation) => !served.has(operation)).map(({ id }) => id);
      expect(missing.sort()).toEqual(Object.keys(unserved).sort());
    });

    test.each(all)("%s accepts valid input and answers by its schema", async (id, operation) => {
      if (!served.has(operation)) return;
      const bodies = operation.body ? valuesOf(operation.body) : fc.constant(undefined);
      await holds(bodies, async (body) => {
        const answer = await send(operation, fitted(id, body));
        const isFine = answer.status < 300 || mayAlso[id]?.includes(answer.status);
        expect(isFine || describeAnswer(answer)).toBe(true);
        expectValid(operation, answer);
      });
    });

    const withBodies = all.flatMap(([id, operation]) =>
      operation.body ? [[id, operation, operation.body] as const] : [],
    );
    test.each(withBodies)("%s refuses input with one invalid value", async (_, operation, schema) => {
      if (!served.has(operation)) return;
      await holds(flawedOf(schema, valuesOf(schema)), async (body) => {
        const answer = await send(operation, body);
        expect(answer.status >= 400 || describeAnswer(answer)).toBe(true);
        expectValid(operation, answer);
      });
    });

    const named = all.filter(([id]) => /\{(\w*id|\w*name|key|tag)\}/.test(id));
    test.each(named)("%s does not find missing rows", async (id, operation) => {
      if (!served.has(operation)) return;
      const bodies = operation.body ? valuesOf(operation.body) : fc.constant(undefined);
      await holds(fc.tuple(bodies, fc.boolean()), async ([body, isMadeUp]) => {
        const { path, query } = await targetOf(operation, rows);
        // Of another noun where it is not made up.
        const other = await (id.includes("/variables/") ? rows.flow() : rows.variable());
        const missing = isMadeUp ? crypto.randomUUID() : (other.id ?? "");
        const keys = Object.keys(path).map((key) => [key, missing]);
        const address = addressOf(operation, { path: Object.fromEntries(keys), query });
        const answer = await ask(world, operation.method, address, await withRows(fitted(id, body), rows));
        expect(answer.status === (toldOtherwise[id] ?? 404) || describeAnswer(answer)).toBe(true);
        expectValid(operation, answer);
      });
    });

    const lived = nouns.map((noun) => [noun.title, noun] as const);
    test.each(lived)("%s read back as written, and are found, counted and deleted", async (_, noun) => {
      if (![...served].some(({ id }) => id === noun.create)) return;
      await holds(livesOf(noun), (acts) => live(noun, acts, { world, rows }));
    });

    test.each(all)("%s withstands arbitrary requests", async (_, operation) => {
      if (!served.has(operation)) return;
      await holds(oddRequestsOf(operation), async (odd) => {
        const answer = await read(await world.fetch(await requestOf(operation, odd, rows)));
        expectValid(operation, answer);
      });
    });
  });
}

const holds = <T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(values, check), bounds);

const describeAnswer = ({ status, text }: Answer) => `${status} ${text.slice(0, 500)}`;

function expectValid(operation: Operation, answer: Answer): void {
  expect(answer.status < 500 || describeAnswer(answer)).toBe(true);
  const schema = operation.answer(answer.status);
  if (answer.status >= 400) expectError(answer);
  else if (answer.status === 204) expect(answer.text).toBe("");
  else if (schema && answer.type.includes("json")) expect(complaint(schema, answer.body)).toBeNull();
}

/** 1.7 of the contract: a sentence, or what exactly was wrong with the request. */
function expectError({ body, text }: Answer): void {
  const { detail, exception_message, exception_detail } = Object(body);
  expect(typeof (detail ?? exception_message) === "string" || text.slice(0, 500)).toBe(true);
  if (exception_detail === undefined) return;
  const one = { type: expect.any(String), loc: expect.any(Array), msg: expect.any(String) };
  expect(exception_detail).toContainEqual(expect.objectContaining(one));
  expect(body).toHaveProperty("request_body");
}
