import { ApiError, type Client } from "../../client/client.ts";
import { isPattern } from "../../client/literal-names.ts";
import { server } from "../../schema/admin.ts";
import { literalLike } from "../../schema/filter.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { observedStates } from "../../schema/observed-states.ts";
import { toMs } from "../../schema/scalars.ts";
import { readStateWord, stateWordProblem } from "../../schema/state-names.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { dim, durationText, oneLine, print, printJson, relativeText, stateText } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { flowNames, newestRuns } from "./find.ts";
import type { ListOptions } from "./options.ts";

type Row = FlowRun & { flow_name: string | null };

export async function list(options: ListOptions): Promise<void> {
  const client = connect();
  const runs: FlowRun[] = [];
  const name = options.name && (await likeOf(client, options.name));
  const filter = await filterOf(client, { ...options, ...(name && { name }) });
  for await (const run of newestRuns(client, filter, options.limit)) runs.push(run);
  const names = await flowNames(client, runs);
  const rows = runs.map((run): Row => ({ ...run, flow_name: names.get(run.flow_id) ?? null }));
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim("No matching flow runs."));
  print(table(columns(Date.now()), rows));
}

/** Filter for a part of a name. Our servers match it literally; for others a warning says how they match. */
async function likeOf(client: Client, name: string): Promise<string> {
  if (!isPattern(name)) return name;
  if (await isPraetor(client)) return literalLike(name);
  process.stderr.write(`${dim("On a Prefect server, % and _ in --name are wildcards.")}\n`);
  return name;
}

async function isPraetor(client: Client): Promise<boolean> {
  try {
    return (await client.call(server.info, {})).name === "praetor";
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

async function filterOf(client: Client, { state, flow, tag, name }: ListOptions) {
  return {
    flow_runs: {
      ...(state ? { state: await stateFilter(client, state) } : {}),
      ...(tag ? { tags: { all_: tag } } : {}),
      ...(name ? { name: { like_: name } } : {}),
    },
    ...(flow ? { flows: { name: { any_: flow } } } : {}),
  };
}

/** `failed` is a type, `late` a name: both may be given, and a run in any of them is listed. */
async function stateFilter(client: Client, states: readonly string[]) {
  const isStandard = states.every((text) => stateWordProblem(text, []) === undefined);
  const seen = isStandard ? [] : await seenStates(client);
  const problem = states.map((text) => stateWordProblem(text, seen)).find((one) => one !== undefined);
  if (problem) throw new UserError(`--state: ${problem}`);
  const words = states.map((text) => readStateWord(text, seen));
  const types = words.flatMap((word) => (word.kind === "type" ? [word.type] : []));
  const names = words.flatMap((word) => (word.kind === "name" ? [word.name] : []));
  return {
    operator: "or_",
    ...(types.length > 0 ? { type: { any_: types } } : {}),
    ...(names.length > 0 ? { name: { any_: names } } : {}),
  };
}

/** Names of states on the server; undefined where it does not list them. */
async function seenStates(client: Client): Promise<string[] | undefined> {
  try {
    const states = await client.call(observedStates.list, {});
    return states.map((one) => one.state_name);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
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
