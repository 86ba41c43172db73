import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventCreate } from "../schema/events.ts";
import { timestamp } from "../schema/scalars.ts";
import { Trigger } from "../schema/triggers.ts";
import { watchOver } from "./trigger-matching.ts";
import { type Bucket, bucketIdsOf, type Firing, onEvent, onTime, openedAt } from "./triggers.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** An event by its name and the second at which it occurred. */
const seen = (name: string, seconds: number, more: Partial<EventCreate> = {}): EventCreate => ({
  id: id(seconds * 1000 + name.length),
  occurred: timestamp(start + seconds * 1000),
  event: name,
  resource: { "prefect.resource.id": "run.1" },
  related: [],
  payload: {},
  follows: null,
  ...more,
});
const of = (resource: string) => ({ resource: { "prefect.resource.id": resource } });

/** Runs one automation; `tell` and `wait` return the seconds at which it fired. */
function automation(input: object) {
  const trigger = Trigger.parse(input);
  const watch = watchOver([{ automation_id: "a", trigger }]);
  const buckets = new Map<string, Bucket>(openedAt(trigger, start));
  const firings: Firing[] = [];
  const take = ({ changes, fired }: ReturnType<typeof onEvent>) => {
    for (const [key, bucket] of changes) {
      if (bucket) buckets.set(key, bucket);
      else buckets.delete(key);
    }
    if (fired) firings.push(fired);
  };
  const secondsOf = (some: readonly Firing[]) => some.map(({ at }) => (at - start) / 1000);
  const newer = (work: () => void) => {
    const before = firings.length;
    work();
    return secondsOf(firings.slice(before));
  };
  return {
    buckets,
    firings,
    fired: () => secondsOf(firings),
    send: (...events: EventCreate[]) =>
      newer(() => {
        for (const event of events) for (const hit of watch.hits(event)) take(onEvent(hit, event, buckets));
      }),
    wait: (seconds: number) =>
      newer(() => {
        const now = start + seconds * 1000;
        for (const [key, bucket] of [...buckets]) {
          const leaf = watch.leaves.get(key.split(" ")[0] ?? "");
          if (leaf && bucket.kind === "count" && bucket.end <= now) take(onTime(leaf, bucket, now, buckets));
        }
      }),
  };
}

const reactive = (more: object = {}) => ({ posture: "Reactive", ...more });
const proactive = (more: object = {}) => ({ posture: "Proactive", within: 10, ...more });

describe("matching an event", () => {
  const failed = seen("prefect.flow-run.Failed", 0, {
    resource: { "prefect.resource.id": "prefect.flow-run.1", "prefect.resource.name": "red-fox", team: "a" },
    related: [
      { "prefect.resource.id": "prefect.flow.2", "prefect.resource.role": "flow", tier: "gold" },
      { "prefect.resource.id": "prefect.tag.eu", "prefect.resource.role": "tag" },
    ],
  });
  const isFlow = { "prefect.resource.role": "flow", tier: "gold" };
  const isTag = { "prefect.resource.id": "prefect.tag.*" };
  test.each<[string, object, boolean]>([
    ["anything", {}, true],
    ["its name", { expect: ["prefect.flow-run.Failed"] }, true],
    ["the beginning of its name", { expect: ["prefect.flow-run.*"] }, true],
    ["another name", { expect: ["prefect.flow-run.Crashed", "prefect.flow-run.Fail"] }, false],
    ["a kind of resource", { match: { "prefect.resource.id": "prefect.flow-run.*" } }, true],
    ["another kind of resource", { match: { "prefect.resource.id": "prefect.task-run.*" } }, false],
    ["all of several labels", { match: { team: ["a", "b"], "prefect.resource.name": "red-?ox" } }, true],
    ["one label of two", { match: { team: "a", "prefect.resource.name": "blue-*" } }, false],
    ["a label that is not so", { match: { team: "!a" } }, false],
    ["a label that is another", { match: { team: "!b" } }, true],
    ["a label it lacks", { match: { shade: "!b" } }, false],
    ["a related resource", { match_related: isFlow }, true],
    ["labels of different related resources", { match_related: { ...isTag, tier: "gold" } }, false],
    ["several related resources", { match_related: [isFlow, isTag] }, true],
    ["several, one of them not there", { match_related: [isFlow, { tier: "tin" }] }, false],
  ])("%s", (_, trigger, fires) => {
    expect(automation(reactive(trigger)).send(failed)).toEqual(fires ? [0] : []);
  });

  test("never matches events of the automation itself", () => {
    const { send: report } = automation(reactive({ expect: ["prefect.automation.*"] }));
    expect(report(seen("prefect.automation.triggered", 0, of("prefect.automation.a")))).toEqual([]);
    expect(report(seen("prefect.automation.action.failed", 0, of("prefect.automation.a")))).toEqual([]);
    expect(report(seen("prefect.automation.triggered", 0, of("prefect.automation.b")))).toEqual([0]);
  });
});

type SentEvent = [name: string, seconds: number, resource?: string];
const story = (reported: readonly SentEvent[]) =>
  reported.map(([name, seconds, resource = "run.1"]) => seen(name, seconds, of(resource)));

describe("a reactive trigger", () => {
  test.each<[string, object, SentEvent[], number[]]>([
    [
      "fires for each event without a window",
      {},
      [
        ["x", 1],
        ["x", 2],
      ],
      [1, 2],
    ],
    ["fires at every third event", { threshold: 3 }, [1, 2, 3, 4, 500, 600].map((s) => ["x", s]), [3, 600]],
    [
      "fires when the threshold is reached within the window",
      { threshold: 2, within: 10 },
      [
        ["x", 1],
        ["x", 9],
      ],
      [9],
    ],
    [
      "does not fire after the window has ended",
      { threshold: 2, within: 10 },
      [
        ["x", 1],
        ["x", 11],
      ],
      [],
    ],
    [
      "continues counting in the next window",
      { threshold: 2, within: 10 },
      [
        ["x", 1],
        ["x", 12],
        ["x", 13],
      ],
      [13],
    ],
    [
      "is silent for the rest of its window",
      { threshold: 1, within: 10 },
      [
        ["x", 1],
        ["x", 2],
        ["x", 10],
        ["x", 11],
        ["x", 12],
        ["x", 30],
      ],
      [1, 11, 30],
    ],
    [
      "counts an event that arrives out of order",
      { threshold: 2, within: 10 },
      [
        ["x", 5],
        ["x", 3],
      ],
      [3],
    ],
    [
      "counts none that is too old",
      { threshold: 2, within: 10 },
      [
        ["x", 50],
        ["x", 3],
      ],
      [],
    ],
    [
      "waits for what opens the window",
      { after: ["o"], expect: ["x"] },
      [
        ["x", 1],
        ["o", 2],
        ["x", 3],
        ["x", 4],
      ],
      [3],
    ],
    [
      "does not count past the window that was opened",
      { after: ["o"], expect: ["x"], within: 10 },
      [
        ["o", 1],
        ["x", 12],
        ["o", 20],
        ["x", 21],
      ],
      [21],
    ],
    [
      "opens the next window with a later event once the last has ended",
      { after: ["o"], expect: ["x"], within: 10 },
      [
        ["o", 1],
        ["o", 20],
        ["x", 25],
      ],
      [25],
    ],
    [
      "needs a second event of the kind that opens the window",
      { after: ["x"], expect: ["x"], within: 10 },
      [
        ["x", 1],
        ["x", 2],
        ["x", 3],
        ["x", 4],
      ],
      [2, 4],
    ],
    [
      "counts separately per label value",
      { threshold: 2, for_each: ["prefect.resource.id"] },
      [
        ["x", 1, "a"],
        ["x", 2, "b"],
        ["x", 3, "a"],
        ["x", 4, "b"],
      ],
      [3, 4],
    ],
  ])("%s", (_, trigger, reported, fired) => {
    expect(automation(reactive(trigger)).send(...story(reported))).toEqual(fired);
  });

  test("reports its label values and the event that made it fire", () => {
    const labels = ["related:flow:prefect.resource.name", "prefect.resource.id"];
    const { send: report, firings } = automation(reactive({ for_each: labels }));
    const related = [
      { "prefect.resource.role": "flow", "prefect.resource.id": "f", "prefect.resource.name": "etl" },
    ];
    const event = seen("x", 1, { related });
    report(event);
    expect(firings).toMatchObject([
      {
        event_id: event.id,
        labels: { "prefect.resource.id": "run.1", "related:flow:prefect.resource.name": "etl" },
      },
    ]);
  });

  test("drops its count after a week without events", () => {
    const { send: report, wait, buckets } = automation(reactive({ threshold: 2 }));
    report(seen("x", 0));
    wait(7 * 86_400 - 1);
    expect(buckets.size).toBe(1);
    wait(7 * 86_400);
    expect(buckets.size).toBe(0);
  });
});

describe("a proactive trigger", () => {
  test("fires for each window without an event, from its creation", () => {
    const { wait } = automation(proactive({ expect: ["x"] }));
    expect(wait(9)).toEqual([]);
    expect(wait(10)).toEqual([10]);
    expect(wait(19)).toEqual([]);
    expect(wait(20)).toEqual([20]);
  });

  test("fires once for all windows missed while it was not evaluated", () => {
    const { wait } = automation(proactive({ expect: ["x"] }));
    expect(wait(3600)).toEqual([10]);
    expect(wait(3609)).toEqual([]);
    expect(wait(3610)).toEqual([3610]);
  });

  test("does not fire for a window that reached the threshold", () => {
    const { send: report, wait } = automation(proactive({ expect: ["x"], threshold: 2 }));
    report(seen("x", 1), seen("x", 2));
    expect(wait(10)).toEqual([]);
    report(seen("x", 12));
    expect(wait(20)).toEqual([20]);
  });

  test("notices from a later event that a window has ended", () => {
    const { send: report, wait } = automation(proactive({ expect: ["x"] }));
    expect(report(seen("x", 12))).toEqual([10]);
    expect(wait(22)).toEqual([]);
  });

  test("waits for what opens the window, for each value of a label", () => {
    const input = { after: ["begin"], expect: ["end"], for_each: ["prefect.resource.id"] };
    const { send: report, wait, firings, buckets } = automation(proactive(input));
    expect(wait(100)).toEqual([]);
    report(
      ...story([
        ["begin", 100, "a"],
        ["begin", 101, "b"],
        ["end", 105, "a"],
      ]),
    );
    expect(wait(120)).toEqual([111]);
    expect(firings).toMatchObject([{ labels: { "prefect.resource.id": "b" } }]);
    expect([...buckets.values()]).toMatchObject([{ kind: "held", key: ["a"] }]);
  });

  test.each<[string, SentEvent[], number[]]>([
    [
      "counts events within the window that arrived before the event that opens it",
      [
        ["end", 105],
        ["begin", 100],
      ],
      [],
    ],
    [
      "ignores events before the window, whether they arrive before",
      [
        ["end", 99],
        ["begin", 100],
      ],
      [110],
    ],
    [
      "or after",
      [
        ["begin", 100],
        ["end", 99],
      ],
      [110],
    ],
    [
      "ignores events after the window",
      [
        ["end", 110],
        ["begin", 100],
      ],
      [110],
    ],
    [
      "each window counts early events separately",
      [
        ["end", 105],
        ["begin", 104],
        ["begin", 100],
        ["begin", 106],
      ],
      [116],
    ],
  ])("of events out of order: %s", (_, reported, fired) => {
    const { send: report, wait } = automation(proactive({ after: ["begin"], expect: ["end"] }));
    expect([...report(...story(reported)), ...wait(1000)]).toEqual(fired);
  });

  test("adds early events to those that arrive in time", () => {
    const input = { after: ["begin"], expect: ["end"], threshold: 3 };
    const early: SentEvent[] = [
      ["end", 101],
      ["end", 102],
      ["begin", 100],
    ];
    const enough = automation(proactive(input));
    enough.send(...story([...early, ["end", 103]]));
    expect(enough.wait(1000)).toEqual([]);
    const few = automation(proactive(input));
    few.send(...story(early));
    expect(few.wait(1000)).toEqual([110]);
  });

  test("buffers no more events than windows may need", () => {
    const input = { after: ["begin"], expect: ["end"], threshold: 2 };
    const { send: report, wait, buckets } = automation(proactive(input));
    const seconds = [...Array(2000).keys()];
    report(...seconds.map((second) => seen("end", second)));
    const held = [...buckets.values()].flatMap((bucket) => (bucket.kind === "held" ? bucket.times : []));
    expect(held.length).toBeLessThanOrEqual(500);
    report(...story([["begin", 1985]]));
    expect(wait(5000)).toEqual([]);
    report(...story([["begin", 1999]]));
    expect(wait(5000)).toEqual([2009]);
  });

  test("on heartbeats fires when they stop, and not when the run ends", () => {
    const input = {
      after: ["beat"],
      expect: ["beat", "done"],
      for_each: ["prefect.resource.id"],
      within: 30,
    };
    const { send: report, wait } = automation(proactive(input));
    for (let second = 0; second <= 100; second += 10) {
      report(
        ...story([
          ["beat", second, "a"],
          ["beat", second, "b"],
        ]),
      );
      expect(wait(second)).toEqual([]);
    }
    report(...story([["done", 105, "a"]]));
    expect(wait(129)).toEqual([]);
    expect(wait(1000)).toEqual([130]);
  });

  test("waits at least ten seconds", () => {
    expect(Trigger.parse({ posture: "Proactive" })).toMatchObject({ within: 10 });
    expect(Trigger.safeParse({ posture: "Proactive", within: 9 }).error?.issues[0]?.message).toMatch(
      /10 seconds/,
    );
  });
});

describe("compound triggers and sequences", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => reactive({ expect: [name] }));
  test.each<[string, object, SentEvent[], number[]]>([
    [
      "any",
      { require: "any" },
      [
        ["a", 1],
        ["b", 2],
      ],
      [1, 2],
    ],
    [
      "all",
      { require: "all" },
      [
        ["c", 1],
        ["a", 2],
        ["b", 3],
        ["a", 4],
      ],
      [3],
    ],
    [
      "two of three, then from the start again",
      { require: 2 },
      [
        ["a", 1],
        ["a", 2],
        ["c", 3],
        ["b", 4],
        ["a", 5],
      ],
      [3, 5],
    ],
    [
      "all within a time",
      { require: "all", within: 10 },
      [
        ["a", 1],
        ["b", 2],
        ["c", 12],
        ["a", 12],
      ],
      [12],
    ],
    [
      "all, but too far apart",
      { require: "all", within: 10 },
      [
        ["a", 1],
        ["b", 2],
        ["c", 13],
      ],
      [],
    ],
  ])("of which %s are needed", (_, input, reported, fired) => {
    const { send: report } = automation({ type: "compound", triggers: [a, b, c], within: null, ...input });
    expect(report(...story(reported))).toEqual(fired);
  });

  test.each<[string, number | null, SentEvent[], number[]]>([
    [
      "in their order",
      null,
      [
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ],
      [3],
    ],
    [
      "in another order",
      null,
      [
        ["a", 1],
        ["c", 2],
        ["b", 3],
      ],
      [],
    ],
    [
      "in their order in the end",
      null,
      [
        ["a", 1],
        ["c", 2],
        ["b", 3],
        ["c", 4],
      ],
      [4],
    ],
    [
      "told late, but in their order",
      null,
      [
        ["a", 1],
        ["c", 3],
        ["b", 2],
      ],
      [2],
    ],
    [
      "too slowly",
      10,
      [
        ["a", 1],
        ["b", 2],
        ["c", 13],
      ],
      [],
    ],
  ])("one after the other, when they come %s", (_, within, reported, fired) => {
    const { send: report } = automation({ type: "sequence", triggers: [a, b, c], within });
    expect(report(...story(reported))).toEqual(fired);
  });

  test("nested, with a proactive trigger", () => {
    const {
      send: report,
      wait,
      firings,
    } = automation({
      type: "sequence",
      within: null,
      triggers: [
        { type: "compound", require: "all", within: 60, triggers: [a, b] },
        proactive({ after: ["b"], expect: ["fixed"] }),
      ],
    });
    expect(
      report(
        ...story([
          ["a", 1],
          ["b", 2],
        ]),
      ),
    ).toEqual([]);
    expect(wait(12)).toEqual([12]);
    expect(firings[0]?.firings.map(({ firings: inner }) => inner.length)).toEqual([2, 0]);
  });
});

describe("whatever happens", () => {
  const names = fc.constantFrom("a", "b", "noise.1", "noise.2");
  const reported = fc
    .array(
      fc.record({ name: names, gap: fc.integer({ min: 0, max: 15 }), resource: fc.constantFrom("r", "s") }),
    )
    .map((list) => {
      let at = 0;
      return list.map(({ name, gap, resource }) => {
        at += gap;
        return seen(name, at, of(resource));
      });
    });
  const leaf = fc.record({
    type: fc.constant("event"),
    posture: fc.constantFrom("Reactive", "Proactive"),
    expect: fc.constantFrom<string[]>(["a"], ["b"], ["a", "b"]),
    after: fc.constantFrom<string[]>([], ["a"], ["b"]),
    threshold: fc.integer({ min: 1, max: 3 }),
    within: fc.constantFrom(0, 10, 30),
    for_each: fc.constantFrom<string[]>([], ["prefect.resource.id"]),
  });
  const anyTrigger = fc.oneof(
    leaf,
    fc.record({
      type: fc.constantFrom("compound", "sequence"),
      require: fc.constantFrom("any", "all", 1),
      within: fc.constantFrom(null, 20),
      triggers: fc.array(leaf, { minLength: 1, maxLength: 3 }),
    }),
  );

  test("events that do not match change nothing, at any position", () => {
    fc.assert(
      fc.property(anyTrigger, reported, fc.infiniteStream(fc.boolean()), (trigger, events, coins) => {
        const [quiet, noisy] = [automation(trigger), automation(trigger)];
        const concerns = ({ event }: EventCreate) => !event.startsWith("noise");
        quiet.send(...events.filter(concerns));
        const noise = events.filter((event) => !concerns(event));
        const mixed = events
          .filter(concerns)
          .flatMap((event) => (coins.next().value ? [...noise, event] : [event]));
        noisy.send(...mixed);
        expect(noisy.fired()).toEqual(quiet.fired());
      }),
    );
  });

  test("evaluating the time between events affects nothing but windows", () => {
    fc.assert(
      fc.property(leaf, reported, (input, events) => {
        const trigger = { ...input, posture: "Reactive" };
        const [whole, split] = [automation(trigger), automation(trigger)];
        whole.send(...events);
        for (const event of events) {
          split.send(event);
          split.wait((Date.parse(event.occurred) - start) / 1000);
        }
        expect(split.fired()).toEqual(whole.fired());
      }),
    );
  });

  test("a reactive trigger never fires without an expected event, nor more often than the threshold allows", () => {
    fc.assert(
      fc.property(leaf, reported, (input, events) => {
        const { send: report, firings } = automation({ ...input, posture: "Reactive" });
        report(...events);
        const counting = events.filter(({ event }) => input.expect.includes(event));
        expect(firings.length).toBeLessThanOrEqual(Math.floor(counting.length / input.threshold));
        const ids = counting.map((event) => event.id);
        expect(firings.every(({ event_id }) => event_id !== null && ids.includes(event_id))).toBe(true);
      }),
    );
  });

  test("a proactive trigger fires only at the end of a window below its threshold", () => {
    fc.assert(
      fc.property(leaf, reported, (input, events) => {
        const trigger = { ...input, posture: "Proactive", after: [], for_each: [], within: 10 };
        const { send: report, wait, fired } = automation(trigger);
        report(...events);
        wait(100_000);
        const seconds = events
          .filter(({ event }) => input.expect.includes(event))
          .map(({ occurred }) => (Date.parse(occurred) - start) / 1000);
        for (const end of fired()) {
          const inside = seconds.filter((second) => second >= end - 10 && second < end);
          expect(inside.length).toBeLessThan(input.threshold);
        }
      }),
    );
  });

  test("an event changes only the buckets listed for it", () => {
    fc.assert(
      fc.property(anyTrigger, reported, (input, events) => {
        const trigger = Trigger.parse(input);
        const watch = watchOver([{ automation_id: "a", trigger }]);
        for (const event of events) {
          for (const hit of watch.hits(event)) {
            const named = bucketIdsOf(hit);
            const changed = onEvent(hit, event, new Map()).changes.map(([key]) => key);
            expect(named).toEqual(expect.arrayContaining(changed));
          }
        }
      }),
    );
  });
});
