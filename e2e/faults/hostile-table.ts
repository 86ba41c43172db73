import { newId } from "../../src/schema/ids.ts";
import { isFull, scaled } from "./scale.ts";

// Requests that stalled a server, or could. Each is small, or within the maximum body size.

export interface Hostile {
  method?: "POST" | "PUT" | "PATCH";
  path: string;
  /** The body's text, created when it is sent. */
  body: (rows: Readonly<Record<string, string>>) => string;
  status: number;
  /** As long as a body may be: its cost may be proportional. */
  isLarge?: boolean;
  /** Expected text in the response. */
  says?: string;
}

const json =
  (make: (rows: Readonly<Record<string, string>>) => unknown): Hostile["body"] =>
  (rows) =>
    JSON.stringify(make(rows));
const many = <T>(count: number, entry: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => entry(at));

const form = (schema: object, values: object): Hostile["body"] => json(() => ({ schema, values }));
const property = (list: object) => ({ type: "object", properties: { list } });
const validate = { path: "/ui/schemas/validate", status: 200 };

const forms: Record<string, Hostile> = {
  "20,000 items that are neither of two types": {
    ...validate,
    body: form(property({ type: "array", items: { anyOf: [{ type: "integer" }, { type: "string" }] } }), {
      list: many(20_000, () => ({})),
    }),
    says: "more",
  },
  "5,000 items of which each is none of 5,000": {
    ...validate,
    body: form(property({ type: "array", items: { enum: many(5000, (at) => `choice ${at}`) } }), {
      list: many(5000, (at) => `none ${at}`),
    }),
    says: "5000 in all",
  },
  "a schema of 8,000 properties": {
    ...validate,
    status: 422,
    body: form(
      { type: "object", properties: Object.fromEntries(many(8000, (at) => [`p${at}`, { type: "string" }])) },
      {},
    ),
    says: "takes more than 600 ms",
  },
  "a pattern that backtracks": {
    ...validate,
    status: 422,
    body: form(property({ type: "string", pattern: "^(a+)+$" }), { list: `${"a".repeat(40)}!` }),
    says: "takes more than 600 ms",
  },
  "a schema that refers to itself": { ...validate, status: 422, body: form({ $ref: "#" }, { list: 1 }) },
  "a hundred thousand unique items": {
    ...validate,
    status: 422,
    body: form(property({ type: "array", uniqueItems: true }), { list: many(20_000, (at) => ({ at })) }),
    says: "takes more than 600 ms",
  },
};

const event = (payload: unknown) => ({
  ...{ id: newId(), occurred: new Date().toISOString(), event: "big", payload },
  resource: { "prefect.resource.id": "big" },
});

const bodies: Record<string, Hostile> = {
  "an event of 8 MB with 4 million numbers": {
    path: "/events",
    body: json(() => [event({ list: many(4_000_000, (at) => at % 10) })]),
    status: 413,
    says: "1.5 MB",
  },
  "events of a megabyte with numbers as other languages write them": {
    path: "/events",
    body: () =>
      JSON.stringify(many(scaled(3, 10), () => event({ list: 0 }))).replaceAll(
        '"list":0',
        `"list":[${"1.0,".repeat(250_000)}1]`,
      ),
    status: 204,
    isLarge: true,
  },
  "megabytes of short lines of log": {
    path: "/logs/",
    body: json(() =>
      many(scaled(20_000, 100_000), (at) => ({
        name: "l",
        level: 20,
        message: String(at),
        timestamp: "2026-05-01T00:00:00Z",
      })),
    ),
    status: 201,
    isLarge: true,
  },
  "a million numbers as other languages write them": {
    path: "/flow_runs/",
    body: ({ flows }) => `{"flow_id":"${flows}","parameters":{"list":[${"1.0,".repeat(900_000)}1]}}`,
    status: 422,
    says: "524288",
  },
  "400,000 keys": {
    path: "/flow_runs/",
    body: ({ flows }) =>
      `{"flow_id":"${flows}","parameters":{${many(400_000, (at) => `"${at.toString(36)}":1`).join(",")}}}`,
    status: 422,
    says: "100000 keys",
  },
  "60,000 keys that nobody knows": {
    path: "/flows/",
    body: json(() => Object.fromEntries(many(60_000, (at) => [`key${at}`, at]))),
    status: 422,
  },
  "10,000 schedules for a leap day that is a Monday": {
    path: "/deployments/",
    body: json(({ flows }) => ({
      ...{ name: "leap", flow_id: flows },
      schedules: many(10_000, (at) => ({ schedule: { cron: `${at % 60} 0 29 2 1` } })),
    })),
    status: 201,
  },
  "20,000 templates": {
    path: "/automations/",
    body: json(() => ({
      ...{ name: "templates", trigger: { type: "event", posture: "Reactive", expect: ["a"], threshold: 1 } },
      actions: [
        {
          type: "run-deployment",
          source: "inferred",
          parameters: { list: many(20_000, () => "{{ event.id }}") },
        },
      ],
    })),
    status: 422,
    says: "100 templates",
  },
  "triggers within triggers, with numbers as other languages write them": {
    path: "/automations/",
    body: () =>
      `{"name":"deep","actions":[],"trigger":${'{"type":"compound","within":1.0,"require":"all","triggers":['.repeat(60)}${'{"type":"event","posture":"Reactive","expect":["a"],"threshold":1}'}${"]}".repeat(60)}}`,
    status: 422,
  },
};

const filters: Record<string, Hostile> = {
  ...Object.fromEntries(
    [160, 501, 3000].map((count): [string, Hostile] => [
      `${count} tags that all must be there`,
      {
        path: "/flow_runs/filter",
        body: json(() => ({ flow_runs: { tags: { all_: ["a", ...many(count, (at) => `tag-${at}`)] } } })),
        status: 200,
      },
    ]),
  ),
  ...Object.fromEntries(
    [200, 500, 10_000].map((count): [string, Hostile] => [
      `${count} related resources that all must be there`,
      {
        path: "/events/filter",
        body: json(() => ({ filter: { related: many(count, (at) => ({ id: ["id-1", `id-${at}`] })) } })),
        status: 200,
        // Each list of related resources matches all of them; the full form has ten times as many.
        isLarge: isFull,
      },
    ]),
  ),
  "2,000 related resources with roles and labels, which all events have": {
    path: "/events/filter",
    body: json(() => ({
      filter: {
        related: many(2000, (at) => ({ role: ["customer"], labels: { kind: ["one", `kind-${at}`] } })),
      },
    })),
    status: 200,
  },
  "2,000 beginnings of different lengths": {
    path: "/events/count-by/event",
    body: json(() => ({ filter: { event: { prefix: many(2000, (at) => `${"s".repeat(at)}x`) } } })),
    status: 200,
  },
  "2,000 labels with stars in their midst": {
    path: "/events/filter",
    body: json(() => ({ filter: { resource: { labels: { colour: many(2000, (at) => `*${at}*d`) } } } })),
    status: 200,
  },
  "a pattern of 10,000 characters": {
    path: "/flow_runs/filter",
    body: json(() => ({ flow_runs: { name: { like_: "%r_".repeat(3333) } } })),
    status: 200,
  },
  "a pattern that is too long": {
    path: "/flow_runs/filter",
    body: json(() => ({ flow_runs: { name: { like_: "x".repeat(50_001) } } })),
    status: 422,
    says: "10000",
  },
  "a page of events of a megabyte": {
    path: "/events/filter",
    body: json(() => ({ filter: { event: { name: ["big"] } } })),
    status: 200,
    isLarge: true,
  },
  "a search for a hundred words": {
    path: "/events/filter",
    body: json(() => ({ filter: { text: { query: many(100, (at) => String(at % 10)).join(" ") } } })),
    status: 200,
  },
};

export const hostileTable: Readonly<Record<string, Hostile>> = { ...forms, ...bodies, ...filters };
