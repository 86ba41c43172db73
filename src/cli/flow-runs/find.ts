import type { Client } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { maxPage } from "../../schema/scalars.ts";
import { UserError } from "../user-error.ts";

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const partOfUuid = /^[0-9a-f-]{6,35}$/i;
/** How many of the newest runs are searched for a part of an id: no route searches by it. */
const searched = 2000;

/** Finds a run by its whole id, by name, or by the beginning or end of its id. */
export async function findRun(client: Client, text: string): Promise<FlowRun> {
  if (uuid.test(text)) return readRun(client, text);
  const named = await client.call(flowRuns.filter, { flow_runs: { name: { any_: [text] } }, limit: 10 });
  if (named.length > 0) return only(named, text, "are named");
  if (!partOfUuid.test(text)) {
    throw new UserError(`No flow run is named ${text}. (A partial id needs at least 6 characters.)`);
  }
  const part = text.toLowerCase();
  const matching: FlowRun[] = [];
  for await (const run of newestRuns(client, {}, searched)) {
    if (run.id.startsWith(part) || run.id.endsWith(part)) matching.push(run);
  }
  if (matching.length > 0) return only(matching, text, "match");
  throw new UserError(
    `No flow run is called ${text}, and no id of the ${searched} newest runs begins or ends with it.`,
  );
}

export const findRuns = (client: Client, texts: readonly string[]): Promise<FlowRun[]> =>
  Promise.all([...new Set(texts)].map((text) => findRun(client, text)));

async function readRun(client: Client, id: string): Promise<FlowRun> {
  try {
    return await client.call(flowRuns.read, { id });
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 404) {
      throw new UserError(`No flow run with id ${id}.`);
    }
    throw error;
  }
}

function only(runs: readonly FlowRun[], text: string, relation: string): FlowRun {
  const [run, ...others] = runs;
  if (run && others.length === 0) return run;
  const some = runs.slice(0, 5).map(({ id, name }) => `\n  ${id}  ${name}`);
  throw new UserError(`${runs.length} flow runs ${relation} ${text}; use the id:${some.join("")}`);
}

type Filter = { flow_runs?: unknown; flows?: unknown };

/** Runs by start or scheduled time, newest first, page by page. */
export async function* newestRuns(client: Client, filter: Filter, limit: number): AsyncGenerator<FlowRun> {
  for (let offset = 0; offset < limit; offset += maxPage) {
    const size = Math.min(maxPage, limit - offset);
    const page = await client.call(flowRuns.filter, {
      ...{ ...filter, sort: "START_TIME_DESC", limit: size, offset },
    });
    yield* page;
    if (page.length < size) return;
  }
}

/** Names of the flows of runs. */
export async function flowNames(client: Client, runs: readonly FlowRun[]): Promise<Map<string, string>> {
  const ids = [...new Set(runs.map(({ flow_id }) => flow_id))];
  const names = new Map<string, string>();
  for (let from = 0; from < ids.length; from += maxPage) {
    const found = await client.call(flows.filter, {
      flows: { id: { any_: ids.slice(from, from + maxPage) } },
    });
    for (const { id, name } of found) names.set(id, name);
  }
  return names;
}
