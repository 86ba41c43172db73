import { setImmediate as turn } from "node:timers/promises";
import type { z } from "zod";
import { settled } from "../schema/exact-bodies.ts";
import { mayHoldWritten, parsing } from "../schema/exact-json.ts";
import { problem } from "../schema/problems.ts";
import type { Route } from "../schema/route.ts";
import { hasTooManyKeys, isTooDeep, tooDeep, tooManyKeys } from "./http/bodies.ts";
import { entriesOf } from "./http/json-entries.ts";
import { lengthIssue, tooLong } from "./http/list-limits.ts";
import { hasReservedKey, reservedKeyMessage } from "./http/reserved-keys.ts";
import { pathOfUnstorable, replaceUnstorable, unstorableText } from "./http/unstorable-text.ts";
import { InvalidRequest } from "./invalid-request.ts";
import { TimeSlice } from "./time-slice.ts";

// Parses request bodies. Long ones are parsed in portions, between which the server does other work.

interface Body {
  value: unknown;
  /** Whether it may contain numbers kept as text. */
  isCareful: boolean;
}

/** Most characters of a body that is parsed at once. */
const short = 250_000;

/** An absent body and `null`, where it is not the whole input, count as empty; the content type is ignored. */
export async function readBody(text: string, route: Route): Promise<Body> {
  if (text === "") return { value: {}, isCareful: false };
  if (route.isBulk && text.length > short) return readEntries(text, route);
  const isCareful = mayHoldWritten(text);
  if (!route.isBulk && hasTooManyKeys(text)) throw unread("too_long", tooManyKeys);
  const value = await readJson(text, route);
  // Validation takes as long again.
  if (text.length > short) await turn();
  return { value: value ?? (route.bodyKey ? null : {}), isCareful };
}

async function readEntries(text: string, route: Route): Promise<Body> {
  const list: unknown[] = [];
  let isCareful = false;
  const yielder = new TimeSlice();
  for (const entry of entriesOf(text, route.maxEntry ?? text.length)) {
    if (entry === "too long") throw tooLargeEntry(route.maxEntry ?? 0);
    if (entry === "no list") throw unread("json_invalid", "expected JSON: a list of many entries");
    isCareful ||= mayHoldWritten(entry);
    list.push(await readJson(entry, route));
    await yielder.next();
  }
  return { value: list, isCareful };
}

const tooLargeEntry = (most: number) =>
  problem("too-large", `Expected no single entry of more than ${most / 1_000_000} MB.`);

async function readJson(json: string, route: Route): Promise<unknown> {
  const text = replaceUnstorable(json);
  if (isTooDeep(text)) throw unread("json_invalid", tooDeep);
  if (text !== json && !route.isReport)
    throw unread("string_type", unstorableText, json.length > short ? [] : pathOfUnstorable(json));
  const value = await parseInTurns(text);
  if (hasReservedKey(text, value)) throw unread("extra_forbidden", reservedKeyMessage);
  return value;
}

async function parseInTurns(text: string): Promise<unknown> {
  const steps = parsing(text);
  const yielder = new TimeSlice();
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      await yielder.next();
    }
  } catch (cause) {
    throw unread("json_invalid", `expected JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const unread = (type: string, msg: string, place: readonly string[] = []) =>
  new InvalidRequest([{ type, loc: ["body", ...place], msg }], null);

type Read = { success: true; data: unknown } | { success: false; issues: readonly z.core.$ZodIssue[] };

/** The input of a request, by the schema of its route. */
export async function parseInput(
  route: Route,
  input: Record<string, unknown>,
  isCareful: boolean,
): Promise<Read> {
  const key = route.isBulk ? route.bodyKey : undefined;
  const list = key === undefined ? undefined : input[key];
  if (key === undefined || !Array.isArray(list) || list.length <= portion)
    return parseOnce(route, input, isCareful);
  const entries: unknown[] = [];
  const yielder = new TimeSlice();
  for (let at = 0; at < list.length; at += portion) {
    const read = parseOnce(route, { ...input, [key]: list.slice(at, at + portion) }, isCareful);
    if (!read.success) return { success: false, issues: read.issues.map((issue) => shifted(issue, at)) };
    const { [key]: some } = Object(read.data);
    entries.push(...some);
    await yielder.next();
  }
  return { success: true, data: { ...input, [key]: entries } };
}

/** Entries of a list that are parsed at once. */
const portion = 100;

function parseOnce(route: Route, input: unknown, isCareful: boolean): Read {
  const long = tooLong(route.input, input, route.isBulk === true);
  if (long) return { success: false, issues: [lengthIssue(long)] };
  const { success, data, error } = route.input.safeParse(isCareful ? settled(route.input, input) : input);
  return success ? { success, data } : { success, issues: error.issues };
}

function shifted(issue: z.core.$ZodIssue, by: number): z.core.$ZodIssue {
  const [key, at, ...rest] = issue.path;
  return {
    ...issue,
    path: typeof at === "number" && key !== undefined ? [key, at + by, ...rest] : issue.path,
  };
}
