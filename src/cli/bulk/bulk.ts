import { createInterface } from "node:readline/promises";
import type { Client } from "../../client/client.ts";
import { parseExact } from "../../schema/exact-json.ts";
import type { Input } from "../../schema/route.ts";
import {
  BulkVerb,
  bulkVerbs,
  type Selection,
  SelectionNoun,
  type SelectionPreview,
  type SelectionProgress,
  selections,
} from "../../schema/selections.ts";
import { unknownWord } from "../../schema/suggestions.ts";
import { connect } from "../connect.ts";
import { stateFrom } from "../run-changes.ts";
import { bold, dim, oneLine, print, printJson, stateText } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import type { BulkOptions } from "./options.ts";

interface Asked {
  noun: SelectionNoun;
  verb: BulkVerb;
}

/** Shows what a verb would do to all rows that match, and does it after a confirmation. */
export async function bulk(nounText: string, verbText: string, options: BulkOptions): Promise<void> {
  const asked = wordsFrom(nounText, verbText);
  const input = inputFrom(asked.verb, options);
  const client = connect();
  const selection = await select(client, asked.noun, options);
  const preview = await client.call(selections.preview, { id: selection.id, verb: asked.verb });
  if (!options.json) printPreview(asked, { selection, preview });
  if (preview.count === 0 || options.dryRun) {
    if (options.json) printJson({ selection, preview, progress: null });
    return;
  }
  if (!options.yes && !options.json && !(await isConfirmed(asked, preview)))
    return print("Aborted, nothing changed.");
  const progress = await apply(client, { id: selection.id, verb: asked.verb, ...input });
  if (progress.done < preview.count) process.exitCode = 1;
  if (options.json) printJson({ selection, preview, progress });
  else printProgress(progress, preview);
}

function wordsFrom(nounText: string, verbText: string): Asked {
  const noun = SelectionNoun.safeParse(nounText);
  if (!noun.success) throw new UserError(unknownWord("noun", nounText, SelectionNoun.options));
  const words = bulkVerbs[noun.data].map((verb) => verb.replace("_", "-"));
  const verb = BulkVerb.safeParse(verbText.replace("-", "_"));
  if (!verb.success || !words.includes(verbText))
    throw new UserError(unknownWord(`verb for ${noun.data}`, verbText, words));
  return { noun: noun.data, verb: verb.data };
}

function inputFrom(verb: BulkVerb, { type, tag: tags = [], ...state }: BulkOptions) {
  if (verb === "add_tags") {
    if (tags.length === 0) throw new UserError("Expected --tag with a tag to add.");
    return { tags };
  }
  if (verb !== "set_state") return {};
  if (type === undefined) throw new UserError("Expected --type with a state type.");
  return stateFrom({ type, ...state });
}

async function select(client: Client, noun: SelectionNoun, options: BulkOptions): Promise<Selection> {
  const { filter, selection: id } = options;
  if ((filter === undefined) === (id === undefined))
    throw new UserError("Expected either --filter with a JSON object, or --selection with an id.");
  if (id === undefined) return client.call(selections.create, { ...filterFrom(filter ?? ""), noun });
  const selection = await client.call(selections.read, { id });
  if (selection.noun === noun) return selection;
  throw new UserError(`--selection: expected a selection of ${noun}, got one of ${selection.noun}`);
}

function filterFrom(text: string): object {
  try {
    const filter: unknown = parseExact(text);
    if (typeof filter === "object" && filter !== null && !Array.isArray(filter)) return filter;
  } catch {
    // Reported below.
  }
  throw new UserError(`--filter: expected a JSON object such as '{"flow_runs":{…}}', got ${text}`);
}

const wordOf = ({ verb }: Asked): string => verb.replace("_", " ");
const number = (count: number): string => count.toLocaleString("en");
const rowsOf = ({ noun }: Asked, count: number): string => {
  const many = noun.replace("-", " ");
  return `${number(count)} ${count === 1 ? many.slice(0, -1) : many}`;
};

interface Prepared {
  selection: Selection;
  preview: SelectionPreview;
}

function printPreview(asked: Asked, { selection, preview }: Prepared): void {
  const { count, samples, states, flows, left_out } = preview;
  print(`${bold(rowsOf(asked, selection.count))} selected, ${wordOf(asked)} applies to ${number(count)}`);
  if (!selection.is_whole) print(`More match: a selection holds the first ${number(selection.count)}.`);
  const more = count > samples.length ? ` and ${number(count - samples.length)} more` : "";
  if (count > 0)
    line(asked.noun.replace("-", " "), samples.map(({ name }) => oneLine(name)).join(", ") + more);
  line("states", states.map((state) => `${stateText(state)} ${number(state.count)}`).join(", "));
  line("flows", flows.map(({ name, count: some }) => `${oneLine(name)} ${number(some)}`).join(", "));
  for (const { reason, count: some } of left_out) line("excluded", `${number(some)}: ${reason}`);
}

const line = (label: string, text: string): void => {
  if (text) print(`  ${dim(label.padEnd(11))} ${text}`);
};

async function isConfirmed(asked: Asked, { count }: SelectionPreview): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError("Expected --yes: there is no terminal to confirm in.");
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question(`Apply ${wordOf(asked)} to ${rowsOf(asked, count)}? [y/N] `);
  questions.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function apply(client: Client, input: Input<typeof selections.apply>): Promise<SelectionProgress> {
  let progress = await client.call(selections.apply, input);
  while (progress.remaining > 0) progress = await client.call(selections.apply, input);
  return progress;
}

function printProgress({ done, refusals }: SelectionProgress, { left_out }: SelectionPreview): void {
  print(`${number(done)} done`);
  const known = new Map(left_out.map(({ reason, count }) => [reason, count]));
  for (const { reason, count } of refusals) {
    const refused = count - (known.get(reason) ?? 0);
    if (refused > 0) process.stderr.write(`${number(refused)} not changed: ${reason}\n`);
  }
}
