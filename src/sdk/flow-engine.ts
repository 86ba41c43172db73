import { setTimeout as sleep } from "node:timers/promises";
import { GivenUpError } from "../client/client.ts";
import { attemptLabel } from "../schema/attempt-tokens.ts";
import { runErrorEvent, runResultEvent } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { maxListedMessage, shortened } from "../schema/long-texts.ts";
import { toMs } from "../schema/scalars.ts";
import { isFinal, type OrchestrationResult } from "../schema/states.ts";
import { attempt, type Ended } from "./attempt.ts";
import { errorText } from "./errors.ts";
import { trackAttempt } from "./fenced-attempts.ts";
import type { FlowRun } from "./flow-run.ts";
import { type ClaimedRun, createRun, type FlowCall, loadClaimedRun, type StartedRun } from "./flow-start.ts";
import { runHooks } from "./hooks.ts";
import { resolveArguments } from "./inputs.ts";
import { preview } from "./preview.ts";
import { expectRun, guard } from "./process-end.ts";
import { currentContext } from "./run.ts";
import { type Conclusion, conclude } from "./run-outcome.ts";
import { session } from "./session.ts";
import { validate } from "./standard-schema.ts";
import { type Content, finishedIn, newView, type RunRef, RunStateError, type StateView } from "./state.ts";
import { errorPayload } from "./task-events.ts";

export interface FlowEnd {
  view: StateView;
  content: Content<unknown>;
  ref: RunRef;
}

/** Runs a flow from its creation on the server to its final state. Rejects only when it cannot be recorded. */
export async function runFlow(call: FlowCall): Promise<FlowEnd> {
  const open = await session();
  open.use();
  const { run: parent } = currentContext();
  // Until the server has answered, neither the parent nor the process knows the run, but must still end it with them.
  const isBegun = parent ? parent.hold() : expectRun();
  try {
    return await execute(await createRun(call, open), isBegun);
  } finally {
    isBegun();
    await open.leave();
  }
}

/** Runs a flow under an existing flow run that this process has claimed. */
export async function continueFlow(claimed: ClaimedRun): Promise<FlowEnd> {
  const open = await session();
  open.use();
  try {
    return await execute(await loadClaimedRun(claimed, open));
  } finally {
    await open.leave();
  }
}

async function execute({ run, args, task }: StartedRun, isBegun = () => {}): Promise<FlowEnd> {
  const release = guard(run);
  const forget = trackAttempt(run.attempt.token, run);
  const unwatch = run.session.transport.watch({
    flowRunId: run.id,
    resource: { ...run.resource, [attemptLabel]: run.attempt.token },
    related: run.related.slice(1),
    onCancel: () => cancel(run),
    onPause: () => run.holdBack(),
    onResume: () => run.goOn(),
  });
  run.holdSlot();
  run.parent?.addChild(run);
  isBegun();
  let hasFailed = true;
  try {
    await run.sleep(dueIn(run));
    await run.held;
    const end = await runAttempts(run, args);
    hasFailed = end.view.type !== "COMPLETED" && end.view.type !== "CANCELLED";
    // In its parent, a subflow is represented by a task run.
    if (task) run.parent?.flow?.lineage.add(end.content.value, { ...run.ref, kind: "task_run", id: task });
    return end;
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    return abandon(run);
  } finally {
    run.releaseSlot();
    unwatch();
    forget();
    run.parent?.removeChild(run, hasFailed);
    release();
  }
}

/** A run may be claimed shortly before its scheduled time, to begin on time. */
function dueIn({ row }: FlowRun): number {
  const at = row.state?.state_details.scheduled_time;
  return at ? Math.max(0, toMs(at) - Date.now()) : 0;
}

const cancel = (run: FlowRun): void =>
  run.end({ kind: "cancelled", message: "The run was cancelled.", grace: run.grace });

async function runAttempts(run: FlowRun, args: readonly unknown[]): Promise<FlowEnd> {
  const { definition } = run;
  for (;;) {
    const start = await begin(run);
    if (start && (isFinal(start.type) || start.type === "CANCELLING")) return adopt(run, start);
    if (start) await runHooks(definition.hooks, hookSubject(run), { run, view: start });
    const ended = await body(run, args);
    // The server has its state; resuming the run starts it again.
    if (run.abort?.kind === "suspended") return suspended(run, run.abort.message);
    if (run.abort?.kind === "given-up") return abandon(run);
    const { settings } = run;
    const conclusion = await conclude(run, ended, {
      subject: "Flow",
      failOn: settings.failOn,
      timeout: settings.timeout,
    });
    report(run, conclusion, ended);
    const view = await finish(run, conclusion);
    if (view.type === "SCHEDULED" && run.abort?.kind === "crashed") return crashed(run, view, conclusion);
    if (view.type === "SCHEDULED") {
      run.logger.info(`Flow run failed and will retry at ${new Date(view.until).toISOString()}`);
      run.reset();
      await run.sleep(Math.max(0, view.until - Date.now()));
      continue;
    }
    run.logger.info(finishedIn(view));
    const isAsDecided = view.type === conclusion.decision.type;
    const content = isAsDecided ? conclusion.content : { error: new RunStateError(view, run.ref) };
    await runHooks(definition.hooks, hookSubject(run), { run, view, content });
    await run.session.flush();
    return { view, content, ref: run.ref };
  }
}

/** The process ends; the server lets another process make the next attempt. */
function crashed(run: FlowRun, { until }: Answer, { decision, content }: Conclusion): FlowEnd {
  // This attempt cannot log any more: the run belongs to the next one.
  const when = new Date(until).toISOString();
  run.session.logs.print("warning", `Flow run '${run.ref.name}' crashed and will retry at ${when}`);
  const view = newView("CRASHED", { name: "Crashed", message: decision.message });
  return { view, content, ref: run.ref };
}

async function suspended(run: FlowRun, message: string): Promise<FlowEnd> {
  await run.session.flush();
  const view = newView("PAUSED", { name: "Suspended", message });
  return { view, content: { error: new RunStateError(view, run.ref) }, ref: run.ref };
}

/** Another attempt has the run: what this one did is only printed. */
function abandon(run: FlowRun): FlowEnd {
  const message = run.abort?.message ?? `Run '${run.ref.name}' was given up.`;
  if (!run.parent) run.session.logs.print("warning", message);
  const view = newView("CRASHED", { name: "GivenUp", message });
  return { view, content: { error: new RunStateError(view, run.ref) }, ref: run.ref };
}

const hookSubject = (run: FlowRun) => ({ name: run.definition.name });

/** The body, and all runs it started. */
async function body(run: FlowRun, input: readonly unknown[]): Promise<Ended> {
  const { definition, settings } = run;
  let args = resolveArguments(input);
  if (definition.schema) {
    try {
      args = [await validate(definition.schema, args[0], `Flow '${definition.name}'`)];
    } catch (error) {
      return { kind: "threw", error };
    }
  }
  const ended = await attempt(run, definition.fn, { args, timeout: settings.timeout });
  if (settings.drain === "cancel" && !run.abort)
    run.endChildren({ kind: "cancelled", message: "The flow has ended.", grace: run.grace });
  await run.drained();
  return ended;
}

function report(run: FlowRun, { decision, content, thrown }: Conclusion, ended: Ended): void {
  if (decision.warning) run.logger.warn(decision.warning);
  if (decision.type === "COMPLETED") {
    if (content.value !== undefined) run.emit(runResultEvent, { result_preview: preview(content.value) });
    return;
  }
  if (decision.type === "CANCELLED") return;
  if (thrown !== undefined) run.emit(runErrorEvent, errorPayload(thrown, run.runCount));
  run.logger.error(
    ended.kind === "threw"
      ? `${shortened(String(decision.message), maxListedMessage)}\n${errorText(thrown)}`
      : String(decision.message),
  );
}

interface Proposal {
  type: StateView["type"];
  name?: string;
  message?: string | null;
  untrackable?: boolean;
}
type Answer = StateView & { until: number };

/**
 * Proposes RUNNING. Any other state in the answer ends the run here. Undefined when the run was asked to end before
 * this attempt began.
 */
async function begin(run: FlowRun): Promise<Answer | undefined> {
  if (run.abort) return undefined;
  const isFirst = run.runCount++ === run.countBefore;
  const name = isFirst && run.isFresh ? "Running" : "Retrying";
  for (;;) {
    const result = await ask(run, { type: "RUNNING", name });
    const { answer, status, reason } = answered(run, result);
    if (status === "ABORT")
      throw new RunStateError({ ...answer, message: reason ?? answer.message }, run.ref);
    if (answer.type !== "SCHEDULED" && status !== "WAIT") {
      // The slot may have been lost, and taken by another run, while this attempt waited.
      run.holdSlot();
      if (isFirst) greet(run);
      return answer;
    }
    // Delayed: a slot is missing, or the scheduled time has not come.
    await run.sleep(Math.max(answer.until - Date.now(), 100));
    if (run.abort) return undefined;
  }
}

function greet(run: FlowRun): void {
  const { logs, transport } = run.session;
  run.logger.info(`Beginning flow run '${run.ref.name}' for flow '${run.definition.name}'`);
  const page = run.parent ? undefined : transport.runPage?.(run.id);
  if (page) logs.print("info", `Flow run '${run.ref.name}' - ${page}`);
}

async function finish(run: FlowRun, { decision }: Conclusion): Promise<Answer> {
  await run.session.flush();
  const { type, name, message } = decision;
  const isForced = type === "CANCELLED" || type === "CRASHED";
  const { answer } = await propose(run, { type, name, message, untrackable: type === "COMPLETED" }, isForced);
  // Cancelled while it ended: the request takes precedence.
  if (answer.type === "CANCELLING")
    return (await propose(run, { type: "CANCELLED", message: "The run was cancelled." }, true)).answer;
  return answer;
}

/** The run ended before its body began. */
async function adopt(run: FlowRun, view: Answer): Promise<FlowEnd> {
  const last =
    view.type === "CANCELLING"
      ? (await propose(run, { type: "CANCELLED", message: "The run was cancelled." }, true)).answer
      : view;
  await runHooks(run.definition.hooks, hookSubject(run), { run, view: last });
  await run.session.flush();
  return { view: last, content: { error: new RunStateError(last, run.ref) }, ref: run.ref };
}

/** Proposes a state and waits as long as the server says. */
async function propose(run: FlowRun, proposal: Proposal, force = false) {
  for (;;) {
    const result = await ask(run, proposal, force);
    if (result.details.type !== "wait_details") return answered(run, result);
    await sleep(result.details.delay_seconds * 1000);
  }
}

const ask = (
  run: FlowRun,
  { type, name, message, untrackable = false }: Proposal,
  force = false,
): Promise<OrchestrationResult> =>
  run.client.call(flowRuns.setState, {
    id: run.id,
    force,
    state: {
      type,
      ...(name === undefined ? {} : { name }),
      ...(message ? { message: shortened(message, maxListedMessage) } : {}),
      data: null,
      state_details: {
        flow_run_id: run.id,
        transition_id: crypto.randomUUID(),
        untrackable_result: untrackable,
      },
    },
  });

function answered(run: FlowRun, { status, state, details }: OrchestrationResult) {
  // A server that answers WAIT need not include the run's state.
  const known = state ?? (details.type === "wait_details" ? run.row.state : null);
  if (!known) throw new Error(`The server gave no state for flow run '${run.ref.name}' (${status}).`);
  const scheduled = known.state_details.scheduled_time;
  const until = details.type === "wait_details" ? Date.now() + details.delay_seconds * 1000 : Date.now();
  const answer: Answer = { ...known, until: scheduled ? Math.max(toMs(scheduled), until) : until };
  return { answer, status, reason: "reason" in details ? details.reason : null };
}
