import { screen, waitFor, within } from "@testing-library/react";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { type Flow, flows } from "../../schema/flows.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { dashboard } from "../../testing/render.tsx";
import { createWorld, type World } from "../../testing/world.ts";
import { fields as deploymentFields } from "../deployments/fields.ts";
import { fieldsOf, type RunRow } from "../flow-runs/fields.ts";
import { fields as flowFields } from "../flows/fields.ts";
import { compileQuery, type ServerFilter } from "./compile-query.ts";
import { type QueryFields, queryLanguage } from "./query-fields.ts";
import { read } from "./query-text.ts";

/** One row for each set of tags; its name tells them: `row-a-b`. */
const sets = [[], ["a"], ["b"], ["c"], ["a", "b"], ["a", "c"]];

async function seed(world: World) {
  const { id: flow_id } = await world.flow("other");
  const flowRun = await world.flowRun({ flow: "other", name: "parent" });
  for (const tags of sets) {
    const name = ["row", ...tags].join("-");
    await world.call(flows.create, { name, tags });
    await world.call(deployments.create, { flow_id, name, tags });
    await world.flowRun({ flow: "other", name, tags });
    await world.taskRun({ name, tags, flowRun });
  }
}

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await seed(world);
});
afterAll(() => world.close());

/** Names of the rows that a list would show for a query. */
type Names = (q: string, isPraetor: boolean) => Promise<string[]>;

function namesOf<T extends { name: string }, R, K extends string>(
  fields: QueryFields<R, K>,
  rowOf: (row: T) => R,
  filter: (server: ServerFilter) => Promise<T[]>,
): Names {
  return async (q, isPraetor) => {
    const query = read(q, queryLanguage(fields));
    expect(query.misunderstood).toEqual([]);
    const { server, client } = compileQuery(query, fields, { now: Date.now(), isPraetor });
    if (!isPraetor) expect(JSON.stringify([server.flows, server.task_runs])).not.toContain("any_");
    const rows = (await filter(server)).filter((row) => client.every((test) => test(rowOf(row))));
    return rows.map(({ name }) => name).filter((name) => name.startsWith("row"));
  };
}

const runRow = ({ name, tags }: { name: string; tags: string[] }): RunRow => ({
  ...{ name, tags, seconds: 0, message: "", parameters: {} },
  ...{ state: undefined, flow: undefined, version: undefined },
});
const lists: Record<string, Names> = {
  flows: namesOf(
    flowFields,
    (flow: Flow) => flow,
    (server) => world.call(flows.filter, server),
  ),
  deployments: namesOf(
    deploymentFields,
    (deployment: Deployment) => ({ deployment, flow: undefined }),
    (server) => world.call(deployments.filter, server),
  ),
  "flow runs": namesOf(fieldsOf["flow-runs"], runRow, (server) => world.call(flowRuns.filter, server)),
  "task runs": namesOf(fieldsOf["task-runs"], runRow, (server) => world.call(taskRuns.filter, server)),
};

test.each([
  ["tag:a", ["row-a", "row-a-b", "row-a-c"]],
  ["tag:a,b", ["row-a", "row-a-b", "row-a-c", "row-b"]],
  ["tag:a tag:b", ["row-a-b"]],
  ["tag:b,c tag:a", ["row-a-b", "row-a-c"]],
  ["tag:a,b tag:b,c", ["row-a-b", "row-a-c", "row-b"]],
  ["tag:none", ["row"]],
  ["tag:none,b", ["row", "row-a-b", "row-b"]],
  ["-tag:a", ["row", "row-b", "row-c"]],
])("%s means the same on every list, of our server and of Prefect's", async (q, expected) => {
  for (const [list, names] of Object.entries(lists)) {
    for (const isPraetor of [true, false])
      expect({ list, isPraetor, names: (await names(q, isPraetor)).toSorted() }).toEqual({
        ...{ list, isPraetor, names: expected },
      });
  }
});

const open = dashboard();

/** Refuses what the filters of a Prefect server do not have. */
const strict = (send: Send) => async (request: Request) => {
  const text = request.method === "POST" ? await request.clone().text() : "";
  if (/"(flows|task_runs)":\{[^}]*"tags":\{[^}]*"any_"/.test(text))
    return Response.json({ detail: "Extra inputs are not permitted" }, { status: 422 });
  return send(request);
};

test.each([
  ["Flows", "/flows?q=tag:a,b"],
  ["Task runs", "/runs?tab=task-runs&q=tag:a,b"],
])(
  "%s with any of two tags are listed from a Prefect server, whose filter has no such operator",
  async (label, path) => {
    await open(path, { seed, isForeign: true, through: strict });
    await waitFor(async () => {
      const rows = within(await screen.findByRole("grid", { name: label })).getAllByRole("row");
      const names = rows.flatMap((row) => /row(?:-[abc])*/.exec(row.textContent ?? "")?.[0] ?? []);
      expect(names.toSorted()).toEqual(["row-a", "row-a-b", "row-a-c", "row-b"]);
    });
  },
);
