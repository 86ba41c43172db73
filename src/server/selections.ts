import { setImmediate as turn } from "node:timers/promises";
import type { Logger } from "pino";
import { newId } from "../schema/ids.ts";
import { Problem, problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import { toMs } from "../schema/scalars.ts";
import { type BulkVerb, bulkVerbs, type SelectionProgress, type selections } from "../schema/selections.ts";
import type { StateCreate } from "../schema/states.ts";
import type { TaskRun } from "../schema/task-runs.ts";
import type { OpenSelection, Outcome } from "../store/runs/selection-rows.ts";
import type { Store, Tx } from "../store/store.ts";
import type { BackgroundTasks } from "./background-tasks.ts";
import type { Requester } from "./forced-states.ts";
import { checkedTransaction } from "./parameters.ts";
import { perform } from "./selection-verbs.ts";

// Applies a verb to all rows of a selection. Each row is marked in the transaction that changes it, so that after
// a kill, or with concurrent callers, no row is changed twice.

type SelectionRequest = Parsed<typeof selections.apply>;

interface SelectionDeps {
  store: Store;
  log: Logger;
  /** Notified of task runs that may have to be handed out again. */
  tasks: BackgroundTasks;
  by: Requester;
}

const batchSize = 50;
const maxMs = 2000;
const unknown = "The selection does not exist or has expired. Select again.";

/** One portion of at most `limit` rows and about two seconds. */
export async function applySelection(
  deps: SelectionDeps,
  request: SelectionRequest,
): Promise<SelectionProgress> {
  const { store } = deps;
  const began = performance.now();
  for (let left = request.limit; left > 0 && performance.now() - began < maxMs; ) {
    const settled = await settleSome(deps, request, Math.min(left, batchSize));
    if (settled === 0) break;
    left -= settled;
    // Lets other writers run in between.
    await turn();
  }
  const progress = await store.selections.progress(request.id);
  if (!progress) throw problem("not-found", unknown);
  return progress;
}

async function settleSome(deps: SelectionDeps, request: SelectionRequest, limit: number): Promise<number> {
  try {
    return await settle(deps, request, limit);
  } catch (error) {
    if (error instanceof Problem && error.code === "conflict") throw error;
    if (limit > 1) return settleSome(deps, request, 1);
    return settleAsFailed(deps, request, error);
  }
}

async function settle(
  { store, tasks, by }: SelectionDeps,
  request: SelectionRequest,
  limit: number,
): Promise<number> {
  const moved: TaskRun[] = [];
  const settled = await checkedTransaction(store, async (tx) => {
    moved.length = 0;
    const selection = await open(tx, request, by);
    const chosen = await tx.selections.next(request.id, limit);
    const outcomes: Outcome[] = [];
    for (const { place, row_id: id, state_id } of chosen) {
      const reason = await perform[selection.noun](tx, { id, state_id, request, by, moved });
      outcomes.push({ place, reason: reason ?? null });
    }
    tx.selections.settle(request.id, outcomes);
    await endIfDone(tx, selection, { request, by });
    return chosen.length;
  });
  for (const run of moved) tasks.offerAgain(run);
  return settled;
}

/** An internal error at one row must not stop the others. */
const settleAsFailed = (
  { store, log, by }: SelectionDeps,
  request: SelectionRequest,
  error: unknown,
): Promise<number> =>
  store.transaction(async (tx) => {
    const selection = await open(tx, request, by);
    const chosen = await tx.selections.next(request.id, 1);
    if (!(error instanceof Problem))
      log.error({ err: error, row: chosen[0]?.row_id }, "a row of a selection failed");
    const reason = error instanceof Problem ? error.message : "server error, see the server log";
    tx.selections.settle(
      request.id,
      chosen.map(({ place }) => ({ place, reason })),
    );
    await endIfDone(tx, selection, { request, by });
    return chosen.length;
  });

async function open(tx: Tx, request: SelectionRequest, by: Requester): Promise<OpenSelection> {
  const { id, verb, state } = request;
  const selection = await tx.selections.lock(id);
  if (!selection) throw problem("not-found", unknown);
  expectVerb(selection, verb);
  const more = inputOf(request);
  if (selection.verb === null) {
    tx.selections.begin(id, verb, more);
    emitSelectionEvent(tx, "praetor.selection.started", { selection, verb, by, state });
  } else if (selection.verb !== verb || selection.state !== more) {
    throw problem(
      "conflict",
      `The selection is used for ${selection.verb} already. Select again for ${verb}.`,
    );
  }
  return selection;
}

/** Throws the problem `conflict` for a verb that the noun does not have. */
export function expectVerb({ noun }: Pick<OpenSelection, "noun">, verb: BulkVerb): void {
  const verbs: readonly BulkVerb[] = bulkVerbs[noun];
  if (verbs.includes(verb)) return;
  throw problem("conflict", `verb: expected one of ${verbs.join(", ")} for ${noun}, got ${verb}.`);
}

/** The arguments of the verb as JSON; null without any. Throws the problem `conflict` when they are missing. */
function inputOf({ verb, state, force, tags }: SelectionRequest): string | null {
  if (verb === "set_state") {
    if (!state) throw problem("conflict", "state: expected a state for set_state.");
    return JSON.stringify({ state, force });
  }
  if (verb !== "add_tags") return null;
  if (tags.length === 0) throw problem("conflict", "tags: expected at least one tag for add_tags.");
  return JSON.stringify({ tags });
}

interface Done {
  request: SelectionRequest;
  by: Requester;
}

async function endIfDone(tx: Tx, selection: OpenSelection, { request, by }: Done): Promise<void> {
  const rest = await tx.selections.next(request.id, 1);
  if (rest.length > 0 || selection.ended !== null) return;
  tx.selections.end(request.id);
  const progress = await tx.selections.progress(request.id);
  const counts = progress && { done: progress.done, refused: progress.refused };
  emitSelectionEvent(tx, "praetor.selection.finished", {
    selection,
    verb: request.verb,
    by,
    state: request.state,
    ...counts,
  });
}

interface SelectionEvent {
  selection: OpenSelection;
  verb: BulkVerb;
  by: Requester;
  state: StateCreate | null;
  done?: number;
  refused?: number;
}

/** Records a bulk change: caller, verb and selected rows. */
function emitSelectionEvent(tx: Tx, event: string, { selection, state, ...payload }: SelectionEvent): void {
  const { id, noun, filter, count } = selection;
  tx.event({
    ...{ id: newId(toMs(tx.now)), occurred: tx.now, event, related: [], follows: null },
    resource: { "prefect.resource.id": `praetor.selection.${id}` },
    payload: { ...payload, noun, filter, count, ...(state && { state }) },
  });
}
