import { createInterface } from "node:readline/promises";
import type { Client } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { Json } from "../../schema/scalars.ts";
import { isFinal, type OrchestrationResult } from "../../schema/states.ts";
import type { ChangeOptions, ResumeOptions } from "../commands/flow-runs.ts";
import { connect } from "../connect.ts";
import { explain, Refusal } from "../refusal.ts";
import { dim, oneLine, print, printJson, stateText, styled } from "../terminal.ts";
import { findRuns } from "./find.ts";

/** What became of one run: `text` says it, `problem` says why not. */
type Outcome = { text: string; state?: OrchestrationResult["state"] } | { problem: string };
type Change = (client: Client, run: FlowRun) => Promise<Outcome>;

export const cancel = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: cancelRun });

export const retry = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: retryRun });

export const pause = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: pauseRun });

export function resume(ids: string[], { input, ...options }: ResumeOptions): Promise<void> {
  const run_input = input === undefined ? null : inputFrom(input);
  const change: Change = async (client, { id }) =>
    outcomeOf(await client.call(flowRuns.resume, { id, run_input }));
  return changeAll({ ids, options, change });
}

export const remove = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: deleteRun, confirm: "Delete" });

async function cancelRun(client: Client, { id }: FlowRun): Promise<Outcome> {
  return outcomeOf(await client.call(flowRuns.setState, { id, state: { type: "CANCELLING" } }));
}

/** A server can only start again what a deployment describes; a script's own run is the script's to repeat. */
async function retryRun(client: Client, { id, ...run }: FlowRun): Promise<Outcome> {
  if (run.state_type && !isFinal(run.state_type)) {
    return { problem: `has not ended yet (${run.state_name}), so there is nothing to retry` };
  }
  if (run.deployment_id === null) {
    return { problem: "was started by a script, not by a deployment: run the script again to repeat it" };
  }
  const state = { type: "SCHEDULED", name: "AwaitingRetry" } as const;
  return outcomeOf(await client.call(flowRuns.setState, { id, state, force: true }));
}

async function pauseRun(client: Client, { id }: FlowRun): Promise<Outcome> {
  return outcomeOf(await client.call(flowRuns.setState, { id, state: { type: "PAUSED" } }));
}

function inputFrom(text: string): Json {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    throw new Refusal(`--input: expected a JSON object, got ${text}`);
  }
}

async function deleteRun(client: Client, { id }: FlowRun): Promise<Outcome> {
  await client.call(flowRuns.delete, { id });
  return { text: "deleted" };
}

function outcomeOf({ status, state, details }: OrchestrationResult): Outcome {
  // A replacement that the server wrote instead (cancelling what never began) is what was asked for.
  const replaced = status === "REJECT" && state?.type === "CANCELLED";
  if (state && (status === "ACCEPT" || replaced)) {
    return { text: stateText({ state_type: state.type, state_name: state.name }), state };
  }
  const reason = "reason" in details ? details.reason : null;
  return { problem: reason ?? `the server answered ${status}` };
}

interface Changes {
  ids: string[];
  options: ChangeOptions;
  change: Change;
  /** Verb to ask about first, where somebody sits at the terminal. */
  confirm?: string;
}

async function changeAll({ ids, options, change, confirm }: Changes): Promise<void> {
  const client = connect();
  const runs = await findRuns(client, ids);
  if (confirm && !options.yes && !options.json && !(await agrees(confirm, runs)))
    return print("Nothing was changed.");
  const results = [];
  for (const run of runs) {
    const outcome = await change(client, run).catch(
      (error: unknown): Outcome => ({ problem: explain(error) }),
    );
    if ("problem" in outcome) process.exitCode = 1;
    results.push({ id: run.id, name: run.name, ...outcome });
    if (!options.json) report(run, outcome);
  }
  if (options.json) printJson(results.map(toJson));
}

const toJson = (result: { id: string; name: string } & Outcome) => {
  const { id, name } = result;
  if ("problem" in result) return { id, name, ok: false, problem: result.problem };
  return { id, name, ok: true, state: result.state ?? null };
};

function report({ id, name }: FlowRun, outcome: Outcome): void {
  if ("problem" in outcome)
    process.stderr.write(`${oneLine(name)} ${outcome.problem}.\n`.replace("..\n", ".\n"));
  else print(`${styled("bold", oneLine(name))}  ${outcome.text}  ${dim(id)}`);
}

async function agrees(verb: string, runs: readonly FlowRun[]): Promise<boolean> {
  if (!process.stdin.isTTY) return true;
  const names = runs.slice(0, 5).map(({ name }) => oneLine(name));
  const more = runs.length > names.length ? ` and ${runs.length - names.length} more` : "";
  const what = `${runs.length} flow run${runs.length === 1 ? "" : "s"} (${names.join(", ")}${more})`;
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question(`${verb} ${what} with task runs and logs? [y/N] `);
  questions.close();
  return /^y(es)?$/i.test(answer.trim());
}
