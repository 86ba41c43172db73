import type { Client } from "../../client/client.ts";
import { commandRun } from "../../client/run-commands.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { RunVerb } from "../../schema/run-commands.ts";
import { Json } from "../../schema/scalars.ts";
import { type Change, changeAll, outcomeOf, type StateOptions, stateFrom } from "../run-changes.ts";
import { stateText } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findRuns } from "./find.ts";
import type { ChangeOptions, ResumeOptions, TagOptions } from "./options.ts";

const change = (ids: string[], options: ChangeOptions, change: Change<FlowRun>, confirm?: string) =>
  changeAll({ ids, options, change, find: findRuns, ...(confirm && { confirm }) });

export const cancel = (ids: string[], options: ChangeOptions): Promise<void> =>
  change(ids, options, plainly("cancel"));

export const retry = (ids: string[], options: ChangeOptions): Promise<void> =>
  change(ids, options, plainly("retry"));

export const pause = (ids: string[], options: ChangeOptions): Promise<void> =>
  change(ids, options, plainly("pause"));

export const resume = (ids: string[], { input, ...options }: ResumeOptions): Promise<void> =>
  change(ids, options, plainly("resume", input === undefined ? null : inputFrom(input)));

export const remove = (ids: string[], options: ChangeOptions): Promise<void> =>
  change(ids, options, plainly("delete"), "flow run with task runs and logs");

export function setState(ids: string[], options: StateOptions): Promise<void> {
  const { state, force } = stateFrom(options);
  return change(ids, options, async (client, { id, state_id: expected_state_id }) =>
    outcomeOf(await client.call(flowRuns.setState, { id, state, force, expected_state_id })),
  );
}

export const rename = (id: string, name: string, options: ChangeOptions): Promise<void> =>
  change([id], options, async (client, run) => {
    await client.call(flowRuns.update, { id: run.id, name });
    return { text: `renamed to ${name}` };
  });

export function tag(
  ids: string[],
  { add = [], remove: removed = [], ...options }: TagOptions,
): Promise<void> {
  if (add.length + removed.length === 0) throw new UserError("Expected --add or --remove with a tag.");
  return change(ids, options, async (client, { id, tags: before }) => {
    const tags = [...new Set([...before, ...add])].filter((one) => !removed.includes(one));
    await client.call(flowRuns.update, { id, tags });
    return { text: tags.length > 0 ? `tagged ${tags.join(" ")}` : "no tags" };
  });
}

const plainly =
  (verb: RunVerb, run_input: Json | null = null): Change<FlowRun> =>
  async (client: Client, run: FlowRun) => {
    const { is_done, reason, state } = await commandRun(client, verb, run, run_input);
    if (!is_done) return { problem: `not changed: ${reason}` };
    if (!state) return { text: "deleted" };
    return { text: stateText({ state_type: state.type, state_name: state.name }), state };
  };

function inputFrom(text: string): Json {
  try {
    return Json.parse(parseExact(text));
  } catch {
    throw new UserError(`--input: expected a JSON object, got ${text}`);
  }
}
