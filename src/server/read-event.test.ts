import fc from "fast-check";
import { expect, test } from "vitest";
import { EventCreate } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import { standardEvent } from "../schema/standard-event.ts";

const usual = {
  id: newId(),
  occurred: "2026-03-01T12:00:00.123456Z",
  event: "prefect.task-run.Running",
  resource: { "prefect.resource.id": "prefect.task-run.1", "prefect.state-type": "RUNNING" },
  related: [{ "prefect.resource.id": "prefect.flow-run.1", "prefect.resource.role": "flow-run" }],
  payload: { task_run: {} },
  follows: null,
};

test("an event as SDKs send it is read without the schema", () => {
  expect(standardEvent(usual)).toEqual(usual);
  expect(standardEvent({ ...usual, occurred: "2026-03-01T12:00:00.123Z" })?.occurred).toBe(
    "2026-03-01T12:00:00.123000Z",
  );
});

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  1,
  "",
  "x",
  [],
  {},
  { a: 1 },
  [{}],
  [1],
  "ABC",
  newId(),
);
const times = fc.constantFrom<unknown>(
  "2026-03-01T12:00:00.5Z",
  "2026-02-30T12:00:00.000Z",
  "2026-13-01T12:00:00.000000Z",
  "2026-03-01 12:00:00+00:00",
  "2026-03-01T12:00:00.123+02:00",
  "2026-03-01T24:00:00.000Z",
);
const anyEvent = fc.record(
  {
    id: fc.oneof(fc.constant(usual.id), fc.uuid(), fc.constant(usual.id.toUpperCase()), odd),
    occurred: fc.oneof(fc.constant(usual.occurred), times, odd),
    event: fc.oneof(fc.string(), fc.constant("x".repeat(1025)), odd),
    resource: fc.oneof(fc.constant(usual.resource), fc.dictionary(fc.string(), fc.string()), odd),
    related: fc.oneof(fc.constant(usual.related), fc.constant(Array(101).fill(usual.related[0])), odd),
    payload: fc.oneof(fc.constant(usual.payload), odd),
    follows: fc.oneof(fc.uuid(), odd),
    extra: odd,
  },
  { requiredKeys: [] },
);

test("for any input the fast path yields what the schema yields", () => {
  fc.assert(
    fc.property(anyEvent, (input) => {
      const event = standardEvent(input);
      if (event) expect(event).toEqual(EventCreate.parse(input));
    }),
    { numRuns: 1000 },
  );
});
