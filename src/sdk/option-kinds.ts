import { failOn } from "../rules/final-state.ts";
import { CollisionStrategy } from "../schema/deployments.ts";
import {
  amount,
  anything,
  callback,
  date,
  duration,
  either,
  flag,
  inner,
  inners,
  list,
  listOf,
  name,
  oneOf,
  record,
  schema,
  signal,
  text,
  whole,
} from "./options.ts";

// The options of each function of the SDK. `option-kinds.test-d.ts` compares each table with the exported interface, so
// that modules which check their options by a table need not be imported here.

const texts = listOf(text, "texts");
const hook = either(callback, listOf(callback, "functions"));

const runKinds = {
  runName: either(name, callback),
  tags: texts,
  retries: whole(0),
  timeout: duration,
  grace: duration,
  logConsole: flag,
  failOn: oneOf(...failOn),
};
const hooks = {
  onRunning: hook,
  onCompletion: hook,
  onFailure: hook,
  onCancellation: hook,
  onCrashed: hook,
};
const described = { name, description: text, version: text, params: schema };

const taskRuns = {
  ...runKinds,
  retryDelay: either(duration, listOf(duration, "such durations")),
  retryJitter: amount,
  retryCondition: callback,
  waitFor: list,
};
const flowRuns = {
  ...runKinds,
  retryDelay: duration,
  drain: oneOf("wait", "cancel"),
  taskConcurrency: whole(1),
};
export const taskKinds = { ...taskRuns, ...hooks, ...described };
export const flowKinds = { ...flowRuns, ...hooks, ...described };
export const taskWithKinds = { ...taskRuns, returnState: flag };
export const flowWithKinds = { ...flowRuns, returnState: flag };

const scheduled = { cron: name, interval: duration, rrule: name, timezone: name };
export const scheduleKinds = {
  ...scheduled,
  anchor: date,
  active: flag,
  parameters: record,
  slug: name,
};
export const limitKinds = {
  limit: whole(0),
  collisionStrategy: oneOf(...CollisionStrategy.options),
  gracePeriod: duration,
};
export const deploymentKinds = {
  ...scheduled,
  name,
  schedules: inners(scheduleKinds),
  parameters: record,
  limit: either(whole(0), inner(limitKinds)),
  tags: texts,
  description: text,
  version: text,
  paused: flag,
  workPool: name,
  workQueue: name,
  jobVariables: record,
  entrypoint: name,
};
export const serveKinds = { limit: whole(1), pauseOnShutdown: flag };
export const runDeploymentKinds = {
  parameters: record,
  wait: flag,
  runName: name,
  tags: texts,
  scheduledTime: date,
  idempotencyKey: name,
  jobVariables: record,
  workQueue: name,
};

export const rateLimitKinds = { occupy: whole(1), timeout: duration, strict: flag };
export const concurrencyKinds = { ...rateLimitKinds, lease: duration };
export const pauseKinds = {
  timeout: duration,
  key: name,
  description: text,
  input: schema,
};
export const waitKinds = { timeout: duration, signal };
export const resultKinds = { raiseOnFailure: flag };
export const stateKinds = { name, message: text, data: anything };
export const blockKinds = { schema };
export const variableKinds = { schema, default: anything };
export const backoffKinds = { max: duration };
