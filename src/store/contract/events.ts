import { expect, test } from "vitest";
import { EventCreate, EventFilter, events } from "../../schema/events.ts";
import { type OpenStore, sharedStore } from "../../testing/store-fixture.ts";
import { newId } from "../sql/rows.ts";

/** Above this number labels of a filter are compared as data, as are further filters of resources. */
const commonLabels = Array.from({ length: 20 }, (_, at) => `common.${at}`);
const occurred = (n: number) => `2026-03-01T11:5${n}:00.000000Z`;
const made = (n: number, event: string, id: string, more: object = {}) =>
  EventCreate.parse({
    id: newId(Date.parse(occurred(n))),
    occurred: occurred(n),
    event,
    resource: {
      "prefect.resource.id": id,
      "prefect.resource.name": `name-${n}`,
      env: n < 2 ? "prod-eu" : "test",
      ...Object.fromEntries(commonLabels.map((label) => [label, "common"])),
    },
    ...more,
  });
const aboutRun = {
  related: [{ "prefect.resource.id": "run.1", "prefect.resource.role": "flow-run", region: "eu" }],
};
const four = [
  made(0, "sale.made", "shop.berlin", aboutRun),
  made(1, "sale.refunded", "shop.paris", { payload: { reason: "Too Small" } }),
  made(2, "stock.low", "shop.berlin", aboutRun),
  made(3, "run.done", "run.1"),
];

const table: [string, object, number[]][] = [
  ["no filter", {}, [3, 2, 1, 0]],
  ["ascending", { order: "ASC" }, [0, 1, 2, 3]],
  [
    "empty lists and nulls constrain nothing",
    { id: { id: [] }, resource: null, event: { name: [] } },
    [3, 2, 1, 0],
  ],
  ["since and until, inclusive", { occurred: { since: occurred(1), until: occurred(2) } }, [2, 1]],
  ["name prefix", { event: { prefix: ["sale."] } }, [1, 0]],
  ["excluded prefix", { event: { exclude_prefix: ["sale.", "run."] } }, [2]],
  ["names", { event: { name: ["stock.low", "run.done"] } }, [3, 2]],
  ["excluded names", { event: { exclude_name: ["stock.low"] } }, [3, 1, 0]],
  ["ids", { id: { id: [four[1]?.id] } }, [1]],
  ["resource id", { resource: { id: ["shop.berlin"] } }, [2, 0]],
  ["resource id prefix", { resource: { id_prefix: ["shop."] } }, [2, 1, 0]],
  ["the newest of each resource", { resource: { id_prefix: ["shop."], distinct: true } }, [2, 1]],
  ["resource label", { resource: { labels: { env: "test" } } }, [3, 2]],
  ["label glob", { resource: { labels: { env: "prod-*" } } }, [1, 0]],
  ["negated label", { resource: { labels: { env: ["!prod-*"] } } }, [3, 2]],
  ["label that is not there", { resource: { labels: { nope: "x" } } }, []],
  ["related id", { related: { id: ["run.1"] } }, [2, 0]],
  ["related role", { related: { role: ["flow-run"] } }, [2, 0]],
  ["related id in role", { related: { resources_in_roles: [["run.1", "flow"]] } }, []],
  ["related label", { related: [{ id: ["run.1"], labels: { region: "e?" } }] }, [2, 0]],
  ["every element of a list", { related: [{ id: ["run.1"] }, { id: ["run.2"] }] }, []],
  ["any resource", { any_resource: { id: ["run.1"] } }, [3, 2, 0]],
  ["any resource by prefix", { any_resource: { id_prefix: ["run."] } }, [3, 2, 0]],
  ["any resource by label", { any_resource: { labels: { region: "eu" } } }, [2, 0]],
  ["a word of the text", { text: { query: "SMALL" } }, [1]],
  ["alternatives", { text: { query: "small stock" } }, [2, 1]],
  ["a word that must be there and one that must not", { text: { query: "+berlin -stock" } }, [0]],
  ["a phrase", { text: { query: '"too small"' } }, [1]],
];

type Filter = Record<string, unknown>;
const listed = (input: unknown): unknown[] => (Array.isArray(input) ? input : [input]);
const fillers = (make: (at: number) => object) => Array.from({ length: 5 }, (_, at) => make(at));

/** The same filters among so many redundant ones that they are compared as data. */
const amongMany: typeof table = table.flatMap(([name, filter, expected]): typeof table => {
  const { related, any_resource, resource }: Filter = { ...filter };
  const { labels }: Filter = { ...Object(resource) };
  const more = (kind: string, input: object): (typeof table)[number] => [
    `${name}, among many ${kind}`,
    { ...filter, ...input },
    expected,
  ];
  const ofRuns = fillers((at) => ({ role: ["flow-run", `role-${at}`] }));
  const ofAll = fillers((at) => ({ labels: { env: ["prod-*", `env-${at}`, "test"] } }));
  const common = Object.fromEntries(
    commonLabels.map((label) => [label, ["c*n", "other", "!never", "!nev*"]]),
  );
  return [
    ...(related ? [more("related resources", { related: [...ofRuns, ...listed(related)] })] : []),
    ...(any_resource ? [more("resources", { any_resource: [...ofAll, ...listed(any_resource)] })] : []),
    ...(labels
      ? [more("labels", { resource: { ...Object(resource), labels: { ...common, ...Object(labels) } } })]
      : []),
  ];
});

const longLists: typeof table = [
  ["one of several beginnings", { event: { prefix: ["sal", "stock.lower", "stock.l", "é"] } }, [2, 1, 0]],
  ["none of several beginnings", { event: { exclude_prefix: ["sal", "nothing", "run.done"] } }, [2]],
  ["beginnings of ids", { resource: { id_prefix: ["shop.b", "nothing", "run"] } }, [3, 2, 0]],
  ["several globs", { resource: { labels: { env: ["p*d-*", "*st", "none*"] } } }, [3, 2, 1, 0]],
  ["several globs with one star at the end", { resource: { labels: { env: ["prod*", "none*"] } } }, [1, 0]],
  ["several values that must not be", { resource: { labels: { env: ["!prod*", "!p*", "!x"] } } }, [3, 2]],
  [
    "one of several resources in roles",
    {
      related: {
        resources_in_roles: [
          ["run.1", "flow-run"],
          ["run.2", "flow"],
        ],
      },
    },
    [2, 0],
  ],
  [
    "a resource in a role that no other of the many has",
    {
      related: [
        ...fillers((at) => ({ id: ["run.1", `run-${at}`] })),
        { resources_in_roles: [["run.1", "flow"]] },
      ],
    },
    [],
  ],
];

export function eventContract(open: OpenStore): void {
  const fixture = sharedStore(open, ({ store }) => store.ingest(four));

  test.each([...table, ...amongMany, ...longLists])("%s", async (_, filter, expected) => {
    const page = await fixture.store.events.filter(EventFilter.parse(filter), { limit: 50 });
    expect(page.events.map((event) => four.findIndex((one) => one.id === event.id))).toEqual(expected);
    expect(page.total).toBe(expected.length);
  });

  test("pages count all that match", async () => {
    const page = await fixture.store.events.filter(null, { limit: 2, offset: 1 });
    expect(page.total).toBe(4);
    expect(page.events.map((event) => event.event)).toEqual(["stock.low", "sale.refunded"]);
  });

  test("counts by time fill every bucket; by event and by resource the most frequent come first", async () => {
    const { store } = fixture;
    const count = (input: object) => store.events.countBy(events.countBy.input.parse(input));
    const window = { occurred: { since: occurred(0), until: occurred(3) } };
    const buckets = await count({ countable: "time", filter: window, time_unit: "minute", time_interval: 2 });
    expect(buckets.map((bucket) => [bucket.value, bucket.label, bucket.count])).toEqual([
      ["0", "2026-03-01T11:50:00.000000+00:00", 2],
      ["1", "2026-03-01T11:52:00.000000+00:00", 2],
    ]);
    expect(buckets[0]?.end_time).toBe("2026-03-01T11:51:59.999999Z");
    expect(await count({ countable: "day", filter: {} })).toHaveLength(181);
    expect((await count({ countable: "resource", filter: {} }))[0]).toMatchObject({
      value: "shop.berlin",
      count: 2,
      start_time: occurred(0),
      end_time: occurred(2),
    });
    expect(await count({ countable: "event", filter: { event: { prefix: ["sale."] } } })).toHaveLength(2);
    const tooMany = count({ countable: "time", filter: {}, time_unit: "minute" });
    await expect(tooMany).rejects.toMatchObject({ code: "invalid" });
  });
}
