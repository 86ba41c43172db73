import { fencedBy } from "../../rules/write-permissions.ts";
import { attemptHeader } from "../../schema/attempt-tokens.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { runCommands } from "../../schema/run-commands.ts";
import { runGroups } from "../../schema/run-groups.ts";
import { runOutputs } from "../../schema/run-outputs.ts";
import { runSearch } from "../../schema/run-search.ts";
import type { Settings } from "../../schema/settings.ts";
import { noDetails } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { attemptOf, givenUp } from "../fence.ts";
import { requesterOf } from "../forced-states.ts";
import { jobVariablesFault } from "../job-variables.ts";
import { refuseLong } from "../parameters.ts";
import { resume } from "../resume.ts";
import { commandRun } from "../run-commands.ts";
import { readOutputs } from "../run-outputs.ts";
import { type Api, created, done, found, jsonOnce, Reply, serve } from "../serve.ts";
import { type Transition, transitionFlowRun } from "../transition.ts";
import { TransitionBatcher } from "../transition-batching.ts";
import { serveFlowRunInputs } from "./flow-run-inputs.ts";

const unknown = "Flow run not found";
const pending = { type: "PENDING", name: null, message: null, state_details: noDetails } as const;

export function serveFlowRuns(
  api: Api,
  store: Store,
  { retryCrashedRuns: crashRetries }: Pick<Settings, "retryCrashedRuns">,
): void {
  const rows = store.flowRuns;
  const moves = new TransitionBatcher(store);
  serve(api, flowRuns.create, async (input) => created(await create(store, input)));
  serve(api, flowRuns.read, async ({ id }) => found(await rows.read(id), unknown));
  serve(api, flowRuns.update, async (input) => done(await update(store, input), unknown));
  serve(api, flowRuns.updateLabels, async (input) => done(await rows.updateLabels(input), unknown));
  serve(api, flowRuns.delete, async ({ id }) => done(await rows.delete(id), unknown));
  serve(api, flowRuns.filter, async (input, c) => jsonOnce(await rows.filterJson(input), c));
  serve(api, runSearch.flowRuns, async (input, c) => jsonOnce(await rows.searchJson(input), c));
  serve(api, runOutputs.read, (input) => readOutputs(store, input));
  serve(api, runGroups.flowRuns, (input) => rows.groups(input));
  serve(api, flowRuns.count, (input) => rows.count(input));
  serve(api, flowRuns.paginate, async (input, c) => jsonOnce(await rows.paginateJson(input), c));
  serve(api, flowRuns.lateness, (input) => rows.lateness(input));
  serve(api, flowRuns.history, (input) => rows.history(checkHistory(input)));
  serve(api, flowRuns.setState, async ({ id, state: to, force, expected_state_id: expected }, c) => {
    const by = requesterOf(c);
    const attempt = attemptOf(c.req.header(attemptHeader));
    const origin = { by, userAgent: by.user_agent, attempt, crashRetries };
    const transition = await moves.propose(id, { to, force, expected, ...origin });
    if (!transition) throw unknownRun("Flow", id);
    if (transition.result.rule === fencedBy) throw givenUp();
    return new Reply(transition.result, transition.isWritten ? 201 : 200);
  });
  serve(api, flowRuns.resume, async (input) => {
    const transition = await resume(store, input);
    return new Reply(transition.result, transition.isWritten ? 201 : 200);
  });
  serve(api, runCommands.command, (input, c) => commandRun(store, input, requesterOf(c)));
  serve(api, flowRuns.bulkDelete, async (input) => {
    const deleted: string[] = [];
    for (const { id } of await matching(store, input)) if (await rows.delete(id)) deleted.push(id);
    return { deleted };
  });
  serve(api, flowRuns.bulkSetState, async ({ state: to, force, ...input }, c) => {
    const runs = await matching(store, input);
    const by = requesterOf(c);
    const transition = await Promise.all(runs.map(({ id }) => moves.propose(id, { to, force, by })));
    const results = transition.flatMap((each) => (each ? [bulkResult(each)] : []));
    return { results };
  });
  serveFlowRunInputs(api, store);
}

export const unknownRun = (kind: "Flow" | "Task", id: string) =>
  problem("not-found", `${kind} run with id ${id} not found`, { key: "exception_message" });

async function create(store: Store, input: Parsed<typeof flowRuns.create>) {
  refuseLong(input.parameters);
  return store.transaction(async (tx) => {
    const made = await tx.flowRuns.create(input);
    if (!made.isNew) return made;
    const { run } = await transitionFlowRun(tx, made.row, { to: input.state ?? { ...pending }, force: true });
    return { row: run, isNew: true };
  });
}

async function update(store: Store, input: Parsed<typeof flowRuns.update>): Promise<boolean> {
  if (input.job_variables) {
    const run = found(await store.flowRuns.read(input.id), unknown);
    if (run.state_type !== "SCHEDULED" || run.deployment_id === null) {
      throw problem("bad-request", "Job variables can be changed only of a scheduled run of a deployment.");
    }
    const deployment = await store.deployments.read(run.deployment_id);
    const job_variables = { ...deployment?.job_variables, ...input.job_variables };
    const { work_pool_name } = run;
    const wrong = await jobVariablesFault(store, { work_pool_name, job_variables });
    if (wrong) throw problem("bad-request", `Error updating flow run: ${wrong}`);
  }
  return store.flowRuns.update(input);
}

const bulkResult = ({ run, result: { status, state, details } }: Transition<FlowRun>) => ({
  flow_run_id: run.id,
  status,
  state,
  details,
});

const matching = (
  store: Store,
  input: Omit<Parsed<typeof flowRuns.bulkDelete>, "state">,
): Promise<FlowRun[]> =>
  store.flowRuns.filter({ flow_runs: input.flow_runs, limit: input.limit, offset: 0, sort: "ID_DESC" });

/** Refuses intervals that cannot be counted in. */
export function checkHistory<I extends Parsed<typeof flowRuns.history>>(input: I): I {
  if (input.history_interval_seconds < 1) {
    throw problem("invalid", "History interval must not be less than 1 second.");
  }
  return input;
}
