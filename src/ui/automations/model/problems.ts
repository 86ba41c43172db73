import { ApiError } from "../../../client/client.ts";
import { automations } from "../../../schema/automations.ts";
import { type AutomationDraft, draftJson } from "./drafts.ts";

/** What is wrong, and where: `actions.0.body`; empty where the whole is. */
export interface Problem {
  path: string;
  message: string;
}

/** What the API would object to, found before it is asked. */
export function checkDraft(draft: AutomationDraft): {
  input?: ReturnType<typeof automations.create.input.parse>;
  problems: readonly Problem[];
} {
  const { data, error } = automations.create.input.safeParse(draftJson(draft));
  const problems = (error?.issues ?? []).map(({ path, message }) => ({
    path: path.map(String).join("."),
    message: isMissing(draft, path) ? "Required" : message,
  }));
  if (draft.name.trim() === "") problems.unshift({ path: "name", message: "Required" });
  return problems.length === 0 && data ? { input: data, problems } : { problems };
}

function isMissing(draft: unknown, path: readonly PropertyKey[]): boolean {
  const value = path.reduce<unknown>(inside, draft);
  return value === undefined || value === "" || value === null;
}

const inside = (value: unknown, key: PropertyKey): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

/** What a server objected to, at the places in the draft that it names. */
export function refusedProblems(error: unknown, draft: AutomationDraft): readonly Problem[] {
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof ApiError ? detailsOf(error.body) : [];
  if (details.length === 0) return [{ path: "", message }];
  return details.map(({ loc, msg }) => ({ path: placeOf(loc, draft), message: msg }));
}

interface Detail {
  loc: unknown[];
  msg: string;
}

function detailsOf(body: unknown): Detail[] {
  const list = inside(body, "exception_detail") ?? inside(body, "detail");
  return Array.isArray(list) ? list.filter(isDetail) : [];
}
const isDetail = (value: unknown): value is Detail =>
  Array.isArray(inside(value, "loc")) && typeof inside(value, "msg") === "string";

/** Prefect names the types of unions on the way: steps that are no keys of what is there are left out, but for the last. */
function placeOf(loc: readonly unknown[], draft: AutomationDraft): string {
  const steps = loc.slice(loc[0] === "body" ? 1 : 0).map(String);
  const path: string[] = [];
  let value: unknown = draft;
  for (const [at, step] of steps.entries()) {
    const next = inside(value, step);
    if (next === undefined && (at < steps.length - 1 || typeof value !== "object")) continue;
    path.push(step);
    value = next;
  }
  return path.join(".");
}
