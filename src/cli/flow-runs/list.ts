import { ApiError, type Client } from "../../client/client.ts";
import { isPattern } from "../../client/literal-names.ts";
import { server } from "../../schema/admin.ts";
import { literalLike } from "../../schema/filter.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { toMs } from "../../schema/scalars.ts";
import { stateTypes } from "../../schema/states.ts";
import type { ListOptions } from "../commands/flow-runs.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { dim, durationText, oneLine, print, printJson, relativeText, stateText } from "../terminal.ts";
import { flowNames, newestRuns } from "./find.ts";

type Row = FlowRun & { flow_name: string | null };

export async function list(options: ListOptions): Promise<void> {
  const client = connect();
  const runs: FlowRun[] = [];
  const name = options.name && (await likeOf(client, options.name));
  for await (const run of newestRuns(client, filterOf({ ...options, ...(name && { name }) }), options.limit))
    runs.push(run);
  const names = await flowNames(client, runs);
  const rows = runs.map((run): Row => ({ ...run, flow_name: names.get(run.flow_id) ?? null }));
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim("No flow runs match."));
  print(table(columns(Date.now()), rows));
}

/** What finds a part of a name. A server of ours is told to take it as it is; what others make of it is said. */
async function likeOf(client: Client, name: string): Promise<string> {
  if (!isPattern(name)) return name;
  if (await isPraetor(client)) return literalLike(name);
  process.stderr.write(`${dim("On a Prefect server, % and _ in --name are wildcards.")}\n`);
  return name;
}

async function isPraetor(client: Client): Promise<boolean> {
  try {
    return Boolean(await client.call(server.info, {}));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

function filterOf({ state, flow, tag, name }: ListOptions) {
  return {
    flow_runs: {
      ...(state ? { state: stateFilter(state) } : {}),
      ...(tag ? { tags: { all_: tag } } : {}),
      ...(name ? { name: { like_: name } } : {}),
    },
    ...(flow ? { flows: { name: { any_: flow } } } : {}),
  };
}

/** `failed` is a type, `Late` a name: both may be asked for, and a run in any of them is listed. */
function stateFilter(states: readonly string[]) {
  const typeOf = (text: string) => stateTypes.find((type) => type === text.toUpperCase());
  const types = states.map(typeOf).filter((type) => type !== undefined);
  const names = states.filter((text) => typeOf(text) === undefined);
  return {
    operator: "or_",
    ...(types.length > 0 ? { type: { any_: types } } : {}),
    ...(names.length > 0 ? { name: { any_: names } } : {}),
  };
}

const columns = (now: number): Column<Row>[] => [
  { title: "STATE", text: stateText },
  { title: "RUN", text: ({ name }) => oneLine(name), shrinksTo: 12 },
  { title: "FLOW", text: ({ flow_name }) => oneLine(flow_name ?? "–"), shrinksTo: 10 },
  { title: "STARTED", text: (run) => startedText(run, now), dropped: 1 },
  {
    title: "DURATION",
    text: (run) => (run.start_time ? durationText(run.estimated_run_time) : "–"),
    dropped: 2,
  },
  { title: "TAGS", text: ({ tags }) => dim(oneLine(tags.join(" "))), dropped: 4, shrinksTo: 8 },
  { title: "ID", text: ({ id }) => dim(id), dropped: 3 },
];

export function startedText(run: FlowRun, now: number): string {
  if (run.start_time) return relativeText(toMs(run.start_time), now);
  return run.expected_start_time ? `due ${relativeText(toMs(run.expected_start_time), now)}` : "–";
}
