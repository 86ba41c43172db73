import { expect, test } from "vitest";
import type { Request } from "./protocol.ts";
import { StepReceiver, StepSender } from "./sent-steps.ts";

const runs = { kind: "flow_run", now: 5 } as const;
const request = (id: number, sql: string): Request => ({
  ...{ id, kind: "steps", transaction: { starts: true, ends: "commit", waiting: 0 } },
  steps: [
    { sql, values: [id, "a", null], reads: false },
    { event: ["an event", null, 1], related: null },
    { sql: `${sql}, runs`, values: [], reads: true, runs },
  ],
});

test("steps arrive as sent, with any number of texts and repetitions", () => {
  const [sender, receiver] = [new StepSender(), new StepReceiver()];
  const texts = Array.from({ length: 1500 }, (_, at) => `select ${at}`);
  const requests = [...texts, ...texts.toReversed(), ...texts].map((sql, id) => request(id, sql));
  requests.push({ id: -1, kind: "rollback" });

  const arrived = requests.map((one) => receiver.received(structuredClone(sender.sent([one]))));

  expect(arrived.flat()).toEqual(requests);
});

test("a text that was sent before is not sent again", () => {
  const sender = new StepSender();
  const text = "select 1 from somewhere";
  sender.sent([request(1, text)]);

  expect(JSON.stringify(sender.sent([request(2, text)]))).not.toContain(text);
});
