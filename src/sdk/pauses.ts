import { ApiError } from "../client/client.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { timestamp } from "../schema/scalars.ts";
import { isFinal } from "../schema/states.ts";
import { type Duration, seconds } from "./duration.ts";
import { FlowRun } from "./flow-run.ts";
import { pauseKinds } from "./option-kinds.ts";
import { checkOptions } from "./options.ts";
import { parameterSchema, takesRecord } from "./parameter-schemas.ts";
import { currentContext } from "./run.ts";
import { follow } from "./run-follower.ts";
import { type OutputOf, type StandardSchema, validate } from "./standard-schema.ts";
import { RunStateError } from "./state.ts";

export interface PauseOptions {
  /** After it, a run that no one has resumed fails. 5 minutes; of a suspended run an hour. */
  timeout?: Duration;
  /** Tells the pauses of a run apart. Their number. */
  key?: string;
  /** Shown above the form. */
  description?: string;
}
type InputPauseOptions<S extends StandardSchema> = PauseOptions & {
  /** What whoever resumes the run is asked for. */
  input: S;
};

/**
 * Stops the flow where it is until a user resumes the run; the process waits. With `input`, whoever resumes it
 * fills in a form, and gets told when something does not fit.
 *
 * @example
 * const { isGood } = await pause({ input: z.object({ isGood: z.boolean() }), timeout: "1h" });
 */
export function pause(options?: PauseOptions): Promise<void>;
export function pause<S extends StandardSchema>(options: InputPauseOptions<S>): Promise<OutputOf<S>>;
export async function pause(options: PauseOptions & { input?: StandardSchema } = {}): Promise<unknown> {
  checkOptions("pause", options, pauseKinds);
  const stop = await requestPause("pause", options, "5m");
  if (stop.hasFired) await untilResumed(stop);
  return answerOf(stop);
}

/**
 * Ends the process of the flow until a user resumes the run. Then the flow runs again from its beginning, and
 * passes this point. For runs of deployments alone: others have nobody to start them again.
 *
 * @example
 * const { price } = await suspend({ input: z.object({ price: z.number() }), timeout: "7d" });
 */
export function suspend(options?: PauseOptions): Promise<void>;
export function suspend<S extends StandardSchema>(options: InputPauseOptions<S>): Promise<OutputOf<S>>;
export async function suspend(options: PauseOptions & { input?: StandardSchema } = {}): Promise<unknown> {
  checkOptions("suspend", options, pauseKinds);
  const stop = await requestPause("suspend", options, "1h");
  if (!stop.hasFired) return answerOf(stop);
  stop.run.end({ kind: "suspended", message: "The flow was suspended.", grace: 0 });
  // The body ends here, however it was written.
  return new Promise(() => {});
}

interface Pause {
  run: FlowRun;
  /** False when the run has been resumed from here already. */
  hasFired: boolean;
  input: StandardSchema | undefined;
  keys: Keys;
}
type Keys = Record<"schema" | "response" | "description", string>;

async function requestPause(
  verb: "pause" | "suspend",
  { timeout, key, description, input }: PauseOptions & { input?: StandardSchema },
  defaultTimeout: Duration,
): Promise<Pause> {
  const run = ownFlow(verb);
  // Someone else has paused it: what it pauses for itself comes after that.
  await run.held;
  const pauseKey = key ?? String(run.countCall("pause") + 1);
  const name = verb === "pause" ? "Paused" : "Suspended";
  const base = `${name.toLowerCase()}-${pauseKey.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
  const keys = { schema: `${base}-schema`, response: `${base}-response`, description: `${base}-description` };
  const { state, status, details } = await run.client.call(flowRuns.setState, {
    id: run.id,
    state: {
      type: "PAUSED",
      name,
      ...(description === undefined ? {} : { message: description }),
      state_details: {
        pause_key: pauseKey,
        pause_timeout: timestamp(Date.now() + seconds(timeout ?? defaultTimeout, "timeout") * 1000),
        pause_reschedule: verb === "suspend",
        ...(input ? { run_input_keyset: keys } : {}),
      },
    },
  });
  if (status === "ACCEPT") {
    // Afterwards: what is there under its keys belongs to an earlier attempt, and the server deletes it.
    if (input) await storeForm(run, { input, keys, description });
    run.releaseSlot();
    run.logger.info(`${name}: waiting to be resumed`);
  } else if (state?.type !== "RUNNING" || status === "ABORT") {
    throw new Error(`${verb}: ${"reason" in details ? details.reason : `the run is ${state?.name}`}`);
  }
  return { run, hasFired: status === "ACCEPT", input, keys };
}

function ownFlow(verb: string): FlowRun {
  const { run } = currentContext();
  if (run instanceof FlowRun) return run;
  throw new Error(`${verb}: expected to be called in the body of a flow, not in a task and not outside.`);
}

interface Form {
  input: StandardSchema;
  keys: Keys;
  description: string | undefined;
}

async function storeForm(run: FlowRun, { input, keys, description }: Form): Promise<void> {
  const schema = {
    // Named, because shared parts are under `definitions`, where a later draft has them elsewhere.
    $schema: "http://json-schema.org/draft-07/schema#",
    ...parameterSchema({ names: ["value"], schema: input }),
    title: "Input",
  };
  await store(run, keys.schema, schema);
  if (description !== undefined) await store(run, keys.description, description);
}

async function store({ client, id }: FlowRun, key: string, value: unknown): Promise<void> {
  const input = { id, key, value: JSON.stringify(value) };
  try {
    await client.call(flowRuns.createInput, input);
  } catch (error) {
    // A suspended flow comes here again, with the same form or one that was changed meanwhile.
    if (!(error instanceof ApiError && error.status === 409)) throw error;
    await client.call(flowRuns.deleteInput, { id, key });
    await client.call(flowRuns.createInput, input);
  }
}

async function untilResumed({ run }: Pause): Promise<void> {
  const state = await follow(run.session, run.id, {
    // What ends the run is for its engine to tell.
    isOver: (now) =>
      run.abort !== undefined || now?.type === "RUNNING" || (now !== null && isFinal(now.type)),
    alsoOn: (look) => run.onEnd(look),
  });
  if (state && isFinal(state.type) && !run.abort) throw new RunStateError(state, run.ref);
  run.holdSlot();
}

async function answerOf({ run, input, keys }: Pause): Promise<unknown> {
  if (!input || run.abort) return undefined;
  const read = await run.client.call(flowRuns.readInput, { id: run.id, key: keys.response });
  // A server of Prefect sends it as plain text.
  const answer: unknown = typeof read === "string" ? JSON.parse(read) : read;
  const value = takesRecord(input) ? answer : onlyValue(answer);
  return validate(input, value, "The input of the pause");
}

const onlyValue = (answer: unknown): unknown =>
  typeof answer === "object" && answer !== null ? Reflect.get(answer, "value") : undefined;
