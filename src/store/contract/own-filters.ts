import { expect, test } from "vitest";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { runSearch, type SearchPlace } from "../../schema/run-search.ts";
import { selections } from "../../schema/selections.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, type OpenStore, sharedStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";

const minute = (n: number) => `2026-03-01T12:${String(n).padStart(2, "0")}:00.000000Z`;
const asOf = minute(50);
const types = ["COMPLETED", "FAILED", "RUNNING", "SCHEDULED", "CRASHED"] as const;
const regions = ["eu", "US", 3, true, null, { zone: ["a", "b"] }, 'a "b"', undefined];
const messages = ["TimeoutError: no answer", null, "timeout of 5 %", "disk_full"];

const tagsOf = (at: number) => [["prod", "team=1"], ["team:2"], []][at % 3] ?? [];
const versionOf = (at: number) => (at % 4 === 3 ? null : `v${at % 3}`);

async function manyRuns(fixture: Fixture): Promise<void> {
  const flow = await makeFlow(fixture, { name: "etl" });
  for (let at = 0; at < 40; at += 1) {
    const type = types[at % types.length] ?? "PENDING";
    const waits = type === "SCHEDULED";
    const region = regions[at % regions.length];
    const time = at % 13 === 12 ? null : minute((at * 7) % 20);
    const state = stateOf(fixture.clock, type, { message: messages[at % 4] ?? null, timestamp: minute(20) });
    const parameters = {
      ...(region === undefined ? {} : { region }),
      "a.b": at % 3,
      nested: { list: [at % 2] },
    };
    await makeRun(
      fixture,
      flow,
      { name: `run-${(at * 11) % 40}`, tags: tagsOf(at), parameters, flow_version: versionOf(at) },
      state,
      {
        ...{ expected_start_time: time, start_time: waits ? null : time, end_time: waits ? null : time },
        total_run_time: waits ? 0 : (at * 37) % 100,
      },
    );
    fixture.clock.advance(1);
    await fixture.store.ingest([
      taskEvent({
        ...{ taskRunId: `00000000-0000-4000-8000-0000000000${10 + at}`, type, occurred: minute(20) },
        run: { expected_start_time: minute(at), start_time: waits ? null : minute(at), total_run_time: at },
        state: { message: messages[at % 4] },
      }),
    ]);
  }
}

const seconds = (run: FlowRun): number | undefined => {
  if (run.state_type === "RUNNING") return run.total_run_time + 30 * 60;
  return run.start_time === null ? undefined : run.total_run_time;
};
const says = (run: FlowRun, part: string) => run.state?.message?.toLowerCase().includes(part) === true;
const region = ({ parameters }: FlowRun) => JSON.stringify(parameters.region) ?? "nothing";

/** What is asked for, and which runs that is. */
const requests: Record<string, [object, (run: FlowRun) => boolean]> = {
  "longer than": [{ duration: [{ any_: [{ ge_: 60 }] }] }, (run) => (seconds(run) ?? -1) >= 60],
  "shorter than, or in a range": [
    { duration: [{ any_: [{ le_: 5 }, { ge_: 20, le_: 30.5 }] }] },
    (run) => {
      const took = seconds(run) ?? -1;
      return (took >= 0 && took <= 5) || (took >= 20 && took <= 30.5);
    },
  ],
  "not longer than": [
    { duration: [{ any_: [{ ge_: 60 }], not: true }] },
    (run) => !((seconds(run) ?? -1) >= 60),
  ],
  "a message": [{ message: [{ any_: ["TIMEOUT"] }] }, (run) => says(run, "timeout")],
  "a message with wildcards": [
    { message: [{ any_: ["5 %", "k_f"] }] },
    (run) => says(run, "5 %") || says(run, "k_f"),
  ],
  "not a message": [{ message: [{ any_: ["timeout"], not: true }] }, (run) => !says(run, "timeout")],
  "a text": [parameter("region", "EU", "us"), (run) => ['"eu"', '"US"'].includes(region(run))],
  "a number": [parameter("region", "3"), (run) => region(run) === "3"],
  "a yes": [parameter("region", "true"), (run) => region(run) === "true"],
  "a null": [parameter("region", "null"), (run) => region(run) === "null"],
  "an object": [parameter("region", '{"zone":["a","b"]}'), (run) => region(run).startsWith("{")],
  "a text with quotes": [parameter("region", 'a "b"'), (run) => region(run) === '"a \\"b\\""'],
  "a part": [parameter("region.zone.1", "b"), (run) => region(run).startsWith("{")],
  "a name with a dot": [parameter("a.b", "2"), ({ parameters }) => parameters["a.b"] === 2],
  "a path that no run has": [parameter("a..b.99999999999", "2"), () => false],
  "not a text": [
    { parameters: [{ any_: [{ path: "region", value: "eu" }], not: true }] },
    (run) => region(run) !== '"eu"',
  ],
  "a part of the name, or all of it": [
    { name: [{ any_: [{ text: "RUN-1", match: "part" }, { text: "run-2" }] }] },
    ({ name }) => name.startsWith("run-1") || name === "run-2",
  ],
  "not a name": [{ name: [{ any_: [{ text: "run-1" }], not: true }] }, ({ name }) => name !== "run-1"],
  "not a tag": [{ tags: [{ any_: [{ text: "prod" }], not: true }] }, ({ tags }) => !tags.includes("prod")],
  "the beginning of a tag": [
    { tags: [{ any_: [{ text: "team=", match: "start" }] }] },
    ({ tags }) => tags.includes("team=1"),
  ],
  "no tag of a key": [
    {
      tags: [
        { any_: [{ text: "team=", match: "start" }], not: true },
        { any_: [{ text: "team:", match: "start" }], not: true },
      ],
    },
    ({ tags }) => tags.length === 0,
  ],
  "not a state's name": [
    { state_name: [{ any_: ["Failed"], not: true }] },
    ({ state_name }) => state_name !== "Failed",
  ],
  "not a flow": [{ flow_name: [{ any_: [{ text: "no such flow" }], not: true }] }, () => true],
  "a flow": [{ flow_name: [{ any_: [{ text: "et", match: "part" }] }] }, () => true],
  "no version": [{ flow_version: [{ any_: [null] }] }, ({ flow_version }) => flow_version === null],
  "not a version": [
    { flow_version: [{ any_: ["v1"], not: true }] },
    ({ flow_version }) => flow_version !== "v1",
  ],
  "all together": [
    {
      ...parameter("nested.list.0", "1"),
      message: [{ any_: ["disk"] }],
      duration: [{ any_: [{ ge_: 10 }] }],
    },
    (run) => says(run, "disk") && (seconds(run) ?? 0) >= 10,
  ],
};

function parameter(path: string, ...values: string[]) {
  return { parameters: [{ any_: values.map((value) => ({ path, value })) }] };
}

/** Filters of our own find what is asked for, and a search finds the same in portions. */
export function ownFilterContract(open: OpenStore): void {
  const fixture = sharedStore(open, manyRuns);
  const page = (input: object) =>
    fixture.store.flowRuns.filter(flowRuns.filter.input.parse({ limit: 200, ...input }));

  test.each(Object.entries(requests))("%s is found, counted and chosen", async (_name, [own, is]) => {
    const flow_runs = { praetor: { as_of: asOf, ...own } };
    const expected = (await page({})).filter(is).map(({ id }) => id);
    expect((await page({ flow_runs })).map(({ id }) => id)).toEqual(expected);
    expect(await fixture.store.flowRuns.count(flowRuns.count.input.parse({ flow_runs }))).toBe(
      expected.length,
    );
    const request = selections.create.input.parse({ noun: "flow-runs", flow_runs });
    expect((await fixture.store.selections.matching(request)).count).toBe(expected.length);
  });

  test("as many conditions as a request may have, with as many values, are one statement", async () => {
    const every = <V>(value: (at: number) => V) =>
      Array.from({ length: 10 }, () => ({ any_: Array.from({ length: 20 }, (_, at) => value(at)) }));
    const own = {
      duration: every((at) => ({ ge_: at - 1, le_: 1e9 })),
      message: every((at) => (at === 0 ? "timeout" : `no such message ${at}`)),
    };
    const parameters = every((at) => ({ path: "region.zone.1", value: at === 0 ? "b" : `no zone ${at}` }));
    const filters = { flow_runs: { praetor: { ...own, parameters } }, task_runs: { praetor: own } };
    expect(await page(filters)).toEqual([]);
    expect((await page({ flow_runs: { praetor: own } })).length).toBeGreaterThan(0);
    expect(
      flowRuns.filter.input.safeParse({
        flow_runs: { praetor: { message: [...own.message, ...own.message] } },
      }).success,
    ).toBe(false);
  });

  test.each(["START_TIME_DESC", "START_TIME_ASC", "NAME_ASC", "END_TIME_DESC"] as const)(
    "a search in portions by %s finds what a page has",
    async (sort) => {
      const filters = [
        { praetor: { as_of: asOf, ...requests["longer than"]?.[0] } },
        {
          praetor: { as_of: asOf, ...requests["a message"]?.[0] },
          state: { type: { any_: ["FAILED", "RUNNING"] } },
        },
        { flow_version: { any_: ["v1"] }, tags: { is_null_: true } },
        { praetor: { ...requests["a path that no run has"]?.[0] } },
        { name: { like_: "run-1" } },
      ];
      for (const flow_runs of filters) {
        const expected = (await page({ flow_runs, sort })).map(({ id }) => id);
        expect(await search(fixture, { flow_runs, sort, limit: 3 }), JSON.stringify(flow_runs)).toEqual(
          expected,
        );
      }
    },
  );

  test("task runs are searched by duration and message", async () => {
    const task_runs = {
      praetor: { duration: [{ any_: [{ ge_: 10, le_: 20 }] }], message: [{ any_: ["timeout"] }] },
    };
    const input = { task_runs, sort: "EXPECTED_START_TIME_DESC", limit: 200 };
    const expected = (await fixture.store.taskRuns.filter(taskRuns.filter.input.parse(input))).map(
      ({ id }) => id,
    );
    expect(expected.length).toBeGreaterThan(2);
    const found = JSON.parse(
      Buffer.from(await fixture.store.taskRuns.searchJson(runSearch.taskRuns.input.parse(input))).toString(),
    );
    expect(found.results.map(({ id }: { id: string }) => id)).toEqual(expected);
    expect(found).toMatchObject({ next: null, searched: 40 });
  });
}

/** Page after page, as the dashboard reads them. */
async function search({ store }: Fixture, input: object): Promise<string[]> {
  const ids: string[] = [];
  let after: SearchPlace | null = null;
  for (let pages = 0; pages < 100; pages += 1) {
    const request = runSearch.flowRuns.input.parse({ ...input, after, patience: 1 });
    const found: unknown = JSON.parse(Buffer.from(await store.flowRuns.searchJson(request)).toString());
    const { results, next } = runSearch.flowRuns.output.parse(found);
    ids.push(...results.map(({ id }) => id));
    if (!next) return ids;
    after = next;
  }
  throw new Error("expected the search to end");
}
