import { expect, test } from "vitest";
import type { EventCreate } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import { timestamp, toMs } from "../schema/scalars.ts";
import { Trigger } from "../schema/triggers.ts";
import { TriggerReplay } from "./trigger-replay.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const at = (seconds: number, name: string, resource = "shop.1"): EventCreate => ({
  ...{ id: newId(), occurred: timestamp(start + seconds * 1000), event: name, related: [], payload: {} },
  ...{ resource: { "prefect.resource.id": resource }, follows: null },
});

/** Seconds after the start at which it fires. */
function firings(trigger: object, events: readonly EventCreate[], end: number): number[] {
  const replay = new TriggerReplay(newId(), Trigger.parse(trigger), start);
  const fired: number[] = [];
  const note = (time: number | undefined) => time !== undefined && fired.push((time - start) / 1000);
  const close = (until: number) => {
    for (let one = replay.closeNext(until); one.isClosed; one = replay.closeNext(until)) note(one.fired?.at);
  };
  for (const event of events) {
    close(toMs(event.occurred));
    for (const hit of replay.watch.hits(event)) note(replay.apply(hit, event)?.at);
  }
  close(start + end * 1000);
  return fired;
}

const stays = {
  ...{ posture: "Proactive", for_each: ["prefect.resource.id"], within: 60 },
  ...{ after: ["opened"], expect: ["closed"] },
};

test.each([
  [
    "each event",
    { posture: "Reactive", expect: ["sale"] },
    [at(1, "sale"), at(2, "other"), at(3, "sale")],
    [1, 3],
  ],
  [
    "several within a window",
    { posture: "Reactive", expect: ["sale"], threshold: 2, within: 10 },
    [at(1, "sale"), at(30, "sale"), at(35, "sale")],
    [35],
  ],
  [
    "what is not closed in time, for each resource",
    stays,
    [at(1, "opened", "a"), at(2, "opened", "b"), at(20, "closed", "a"), at(90, "opened", "a")],
    [62, 150],
  ],
  [
    "each window without events",
    { posture: "Proactive", expect: ["sale"], within: 60 },
    [at(70, "sale")],
    [60, 180],
  ],
  [
    "a sequence",
    {
      ...{ type: "sequence", within: 10 },
      triggers: [
        { posture: "Reactive", expect: ["sale"] },
        { posture: "Reactive", expect: ["paid"] },
      ],
    },
    [at(1, "paid"), at(2, "sale"), at(5, "paid"), at(6, "sale"), at(30, "paid")],
    [5],
  ],
])("fires for %s as the server would", (_, trigger, events, expected) => {
  expect(firings(trigger, events, 200)).toEqual(expected);
});
