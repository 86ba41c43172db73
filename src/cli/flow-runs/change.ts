import { createInterface } from "node:readline/promises";
import type { Client } from "../../client/client.ts";
import { commandRun } from "../../client/run-commands.ts";
import { parseExact } from "../../schema/exact-json.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { RunVerb } from "../../schema/run-commands.ts";
import { Json } from "../../schema/scalars.ts";
import type { State } from "../../schema/states.ts";
import { connect } from "../connect.ts";
import { dim, oneLine, print, printJson, stateText, styled } from "../terminal.ts";
import { explain, UserError } from "../user-error.ts";
import { findRuns } from "./find.ts";
import type { ChangeOptions, ResumeOptions } from "./options.ts";

/** What became of one run: `text` says it, `problem` says why not. */
type Outcome = { text: string; state?: State } | { problem: string };
type Change = (client: Client, run: FlowRun) => Promise<Outcome>;

export const cancel = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: plainly("cancel") });

export const retry = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: plainly("retry") });

export const pause = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: plainly("pause") });

export const resume = (ids: string[], { input, ...options }: ResumeOptions): Promise<void> =>
  changeAll({ ids, options, change: plainly("resume", input === undefined ? null : inputFrom(input)) });

export const remove = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({ ids, options, change: plainly("delete"), confirm: "Delete" });

const plainly =
  (verb: RunVerb, run_input: Json | null = null): Change =>
  async (client, run) => {
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
  if (confirm && !options.yes && !options.json && !(await confirmed(confirm, runs)))
    return print("Aborted, nothing changed.");
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

async function confirmed(verb: string, runs: readonly FlowRun[]): Promise<boolean> {
  if (!process.stdin.isTTY) return true;
  const names = runs.slice(0, 5).map(({ name }) => oneLine(name));
  const more = runs.length > names.length ? ` and ${runs.length - names.length} more` : "";
  const what = `${runs.length} flow run${runs.length === 1 ? "" : "s"} (${names.join(", ")}${more})`;
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question(`${verb} ${what} with task runs and logs? [y/N] `);
  questions.close();
  return /^y(es)?$/i.test(answer.trim());
}
