import { createInterface } from "node:readline/promises";
import type { Client } from "../client/client.ts";
import { type OrchestrationResult, type State, type StateType, stateTypes } from "../schema/states.ts";
import { unknownWord } from "../schema/suggestions.ts";
import { connect } from "./connect.ts";
import { dim, oneLine, print, printJson, stateText, styled } from "./terminal.ts";
import { explain, UserError } from "./user-error.ts";

// Changes several flow runs or task runs one after the other, and prints the result of each.

interface Run {
  id: string;
  name: string;
}

/** Result for one run: `text` describes it, `problem` the reason for a failure. */
type Outcome = { text: string; state?: State } | { problem: string };
export type Change<R extends Run> = (client: Client, run: R) => Promise<Outcome>;

interface Changes<R extends Run> {
  ids: readonly string[];
  options: { yes?: boolean; json?: boolean };
  find: (client: Client, texts: readonly string[]) => Promise<R[]>;
  change: Change<R>;
  /** Text for the confirmation in a terminal: `flow run with task runs and logs`. */
  confirm?: string;
}

export async function changeAll<R extends Run>({
  ids,
  options,
  find,
  change,
  confirm,
}: Changes<R>): Promise<void> {
  const client = connect();
  const runs = await find(client, ids);
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

const toJson = (result: Run & Outcome) => {
  const { id, name } = result;
  if ("problem" in result) return { id, name, ok: false, problem: result.problem };
  return { id, name, ok: true, state: result.state ?? null };
};

function report({ id, name }: Run, outcome: Outcome): void {
  if ("problem" in outcome)
    process.stderr.write(`${oneLine(name)} ${outcome.problem}.\n`.replace("..\n", ".\n"));
  else print(`${styled("bold", oneLine(name))}  ${oneLineStyled(outcome)}  ${dim(id)}`);
}

/** The text of a state is already styled; others contain names and tags. */
const oneLineStyled = ({ text, state }: { text: string; state?: State }): string =>
  state ? text : oneLine(text);

async function confirmed(what: string, runs: readonly Run[]): Promise<boolean> {
  if (!process.stdin.isTTY) return true;
  const names = runs.slice(0, 5).map(({ name }) => oneLine(name));
  const more = runs.length > names.length ? ` and ${runs.length - names.length} more` : "";
  const [noun = "", rest] = what.split(" with ");
  const counted = `${runs.length} ${noun}${runs.length === 1 ? "" : "s"} (${names.join(", ")}${more})`;
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question(`Delete ${counted}${rest ? ` with ${rest}` : ""}? [y/N] `);
  questions.close();
  return /^y(es)?$/i.test(answer.trim());
}

export interface StateOptions {
  type: string;
  name?: string;
  message?: string;
  force?: boolean;
  json?: boolean;
}

export function stateFrom({ type, name, message, force = false }: StateOptions) {
  return { state: { type: typeFrom(type), ...(name && { name }), ...(message && { message }) }, force };
}

function typeFrom(text: string): StateType {
  const type = stateTypes.find((one) => one === text.toUpperCase());
  if (type) return type;
  const words = stateTypes.map((one) => one.toLowerCase());
  throw new UserError(`--type: ${unknownWord("state type", text, words)}`);
}

/** The server's answer to a proposed state. */
export function outcomeOf({ status, state, details }: OrchestrationResult): Outcome {
  if (status === "ACCEPT" && state)
    return { text: stateText({ state_type: state.type, state_name: state.name }), state };
  const reason = "reason" in details ? details.reason : null;
  return { problem: `not changed: ${reason ?? `the server answered ${status}`}` };
}
