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
  /** When it expires, the run fails. Default: 5 minutes; for a suspended run 1 hour. */
  timeout?: Duration;
  /** Identifies the pause within its run. Default: its number. */
  key?: string;
  /** Shown above the form. */
  description?: string;
}
type InputPauseOptions<S extends StandardSchema> = PauseOptions & {
  /** Schema of the input that resuming the run requires. */
  input: S;
};

/**
 * Pauses the flow here until a user resumes the run; the process waits. With `input`, the user fills in a form to resume,
 * and gets an error for invalid values. Returns the input.
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
 * Ends the process of the flow until a user resumes the run. The flow then runs again from its beginning, and
 * passes this point. Only for runs of deployments: no runner starts others again.
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
  // The body ends here, even if it catches errors.
  return new Promise(() => {});
}

interface Pause {
  run: FlowRun;
  /** False when the run has already been resumed from here. */
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
  // Paused by a user: the flow's own pause comes after that.
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
    // Afterwards: values under these keys belong to an earlier attempt, and the server deletes them.
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
    // Named, because shared parts are under `definitions`; later drafts have them elsewhere.
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
    // A suspended flow runs this again, with the same form or a changed one.
    if (!(error instanceof ApiError && error.status === 409)) throw error;
    await client.call(flowRuns.deleteInput, { id, key });
    await client.call(flowRuns.createInput, input);
  }
}

async function untilResumed({ run }: Pause): Promise<void> {
  const state = await follow(run.session, run.id, {
    // The flow's engine reports why the run ends.
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
  // Prefect's server sends it as plain text.
  const answer: unknown = typeof read === "string" ? JSON.parse(read) : read;
  const value = takesRecord(input) ? answer : onlyValue(answer);
  return validate(input, value, "The input of the pause");
}

const onlyValue = (answer: unknown): unknown =>
  typeof answer === "object" && answer !== null ? Reflect.get(answer, "value") : undefined;
