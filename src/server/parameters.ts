import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { Complaint } from "../schema/dashboard.ts";
import { problem } from "../schema/problems.ts";
import type { Json } from "../schema/scalars.ts";
import type { Store, Tx } from "../store/store.ts";
import { BoundedThread } from "./bounded-thread.ts";
import { fits } from "./http/json-size.ts";
import { type SchemaCheck, type SchemaVerdict, verdictOf } from "./schema-check.ts";

// Validates values against the JSON schema of a form: parameters of a deployment, input of a paused run.

const maxLength = 524_288;

/** Sizes are estimated first: serialising a million values only to measure them takes too long. */
const muchLonger = 8 * maxLength;

export function refuseLong(parameters: Json): void {
  if (fits(parameters, muchLonger) && JSON.stringify(parameters).length <= maxLength) return;
  throw problem("invalid", `Expected parameters of at most ${maxLength} characters as JSON.`);
}

export interface Strictness {
  /** Partial values, to be completed later, may lack required keys. */
  isPartial?: boolean;
}

/**
 * Errors in the shape of the value; empty when it is valid. Throws `conflict` for an invalid schema, `invalid`
 * when the check takes too long.
 */
export async function complaints(
  schema: Json,
  value: unknown,
  { isPartial = false }: Strictness = {},
): Promise<Complaint[]> {
  const text = JSON.stringify(schema, isPartial ? withoutRequired : undefined);
  const check: SchemaCheck = { schema: text, value: JSON.stringify(value) ?? "null" };
  const isQuick = text.length + check.value.length <= quickLength && !slow.test(text);
  const verdict = isQuick ? verdictOf(check) : await verdictOfThread(check);
  if ("complaints" in verdict) return verdict.complaints;
  if ("isEndless" in verdict) throw problem("invalid", "The schema refers to itself without end.");
  throw problem("conflict", `The schema of the parameters is not a valid JSON schema: ${verdict.noSchema}`);
}

/** Characters of a schema and a value that are checked in a few milliseconds. */
const quickLength = 8000;
/** Schema keywords whose check may take minutes: backtracking patterns, pairwise comparison of items. */
const slow = /"(pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef)":/;
/** CPU of the thread, without its garbage collector. */
const budgetMs = 600;

/** A list under this name: a parameter that is called so has a schema, which is an object. */
const withoutRequired = (key: string, value: unknown) =>
  key === "required" && Array.isArray(value) ? undefined : value;

const thread = new BoundedThread<SchemaCheck, SchemaVerdict>("schema-check-thread", budgetMs);

const maxRemembered = 200;
/** By a digest of schema and value, settled or not. */
const remembered = new Map<string, { verdict: Promise<SchemaVerdict>; isSettled: boolean }>();

async function verdictOfThread(check: SchemaCheck): Promise<SchemaVerdict> {
  const key = createHash("sha256").update(check.schema).update("\0").update(check.value).digest("base64");
  const known = remembered.get(key) ?? { verdict: askThread(check), isSettled: false };
  if (!remembered.has(key)) {
    if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(key, known);
    const settle = () => {
      known.isSettled = true;
    };
    known.verdict.then(settle, settle);
  }
  if (!known.isSettled && inTransaction.getStore()) throw new Unchecked(known.verdict);
  return known.verdict;
}

async function askThread(check: SchemaCheck): Promise<SchemaVerdict> {
  const verdict = await thread.ask(check);
  if (verdict === "too slow") {
    const sentence = `The schema takes more than ${budgetMs} ms of CPU to check these values: is a pattern in it too complex?`;
    throw problem("invalid", sentence);
  }
  if (verdict === "ended")
    throw problem("invalid", "The schema takes too much memory to check these values.");
  return verdict;
}

const inTransaction = new AsyncLocalStorage<true>();

/** A transaction reached a slow check, which would block all other writers. */
class Unchecked extends Error {
  readonly verdict: Promise<unknown>;

  constructor(verdict: Promise<unknown>) {
    super("A value is not checked yet.");
    this.name = "Unchecked";
    this.verdict = verdict;
  }
}

const maxTries = 10;

/** Runs a transaction; when it reaches a slow check, it is rolled back and restarted after the check. */
export async function checkedTransaction<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    try {
      return await inTransaction.run(true, () => store.transaction(work));
    } catch (error) {
      if (!(error instanceof Unchecked)) throw error;
      await error.verdict.catch(() => undefined);
    }
  }
  return store.transaction(work);
}

const maxText = 10_000;

/** The errors as text with their places; undefined when the values are valid. */
export async function complaintText(
  schema: Json,
  value: unknown,
  strictness?: Strictness,
): Promise<string | undefined> {
  const found = await complaints(schema, value, strictness);
  const text = found.flatMap((each) => inWords(each)).join("; ");
  return (text.length > maxText ? `${text.slice(0, maxText)} …` : text) || undefined;
}

function inWords(complaint: Complaint, place = ""): string[] {
  if (typeof complaint === "string") return [place === "" ? complaint : `${place}: ${complaint}`];
  const here =
    "property" in complaint
      ? [place, complaint.property].filter(Boolean).join(".")
      : `${place}[${complaint.index}]`;
  return complaint.errors.flatMap((inner) => inWords(inner, here));
}
