import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";
import { backoff } from "./arguments.ts";
import { block, secret } from "./blocks.ts";
import { concurrency, rateLimit } from "./concurrency.ts";
import { tags } from "./context.ts";
import { serve } from "./deployments.ts";
import { flow } from "./flow.ts";
import * as kinds from "./option-kinds.ts";
import { pause, suspend } from "./pauses.ts";
import { runDeployment } from "./run-deployment.ts";
import { cancelled, completed, failed } from "./state.ts";
import { task } from "./task.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

const noop = () => {};
const aFlow = flow({ name: "given" }, noop);
const aTask = task({ name: "given" }, noop);
const ended = flow({ name: "ended" }, () => aTask.submit());

/** Calls without type checks, as from JavaScript or with a cast. */
const call = async (fn: (...args: never[]) => unknown, ...args: unknown[]): Promise<unknown> =>
  Reflect.apply(fn, undefined, args);
const inFlow = (work: () => unknown) => flow({ name: "around" }, async () => void (await work()))();

/** Every function with options: its table, how to call it with some, and its required options. */
const places: readonly [string, object, (options: unknown) => unknown, object?][] = [
  ["flow", kinds.flowKinds, (options) => call(flow, options, noop)],
  ["task", kinds.taskKinds, (options) => call(task, options, noop)],
  ["flow.with", kinds.flowWithKinds, (options) => call(aFlow.with, options)],
  ["task.with", kinds.taskWithKinds, (options) => call(aTask.with, options)],
  ["toDeployment", kinds.deploymentKinds, (options) => call(aFlow.toDeployment, options), { name: "d" }],
  [
    "serve",
    { ...kinds.deploymentKinds, pauseOnShutdown: true },
    (options) => call(aFlow.serve, options),
    { name: "d" },
  ],
  ["deploy", kinds.deploymentKinds, (options) => call(aFlow.deploy, options), { name: "d", workPool: "p" }],
  ["serve", kinds.serveKinds, (options) => call(serve, aFlow.toDeployment({ name: "d" }), options)],
  ["runDeployment", kinds.runDeploymentKinds, (options) => call(runDeployment, "a/b", options)],
  ["concurrency", kinds.concurrencyKinds, (options) => call(concurrency, "db", options, noop)],
  ["rateLimit", kinds.rateLimitKinds, (options) => call(rateLimit, "db", options)],
  ["pause", kinds.pauseKinds, (options) => inFlow(() => call(pause, options))],
  ["suspend", kinds.pauseKinds, (options) => inFlow(() => call(suspend, options))],
  [
    "wait",
    kinds.waitKinds,
    (options) => inFlow(() => call((options: never) => aTask.submit().wait(options), options)),
  ],
  [
    "result",
    kinds.resultKinds,
    (options) => inFlow(() => call((options: never) => aTask.submit().result(options), options)),
  ],
  ["completed", kinds.stateKinds, (options) => call(completed, options)],
  ["failed", kinds.stateKinds, (options) => call(failed, options)],
  ["cancelled", kinds.stateKinds, (options) => call(cancelled, options)],
  ["block.load", kinds.blockKinds, (options) => call(block.load, "a", "b", options)],
  ["secret.get", kinds.blockKinds, (options) => call(secret.get, "a", options)],
  ["backoff", kinds.backoffKinds, (options) => call(backoff, 1, options)],
];

test.each(places)(
  "%s rejects unknown options and those of a wrong kind",
  async (place, table, use, needed) => {
    const known = Object.entries(table);
    for (const [key, kind] of known) {
      const misspelt = `${key.slice(0, -2)}${key.at(-1)}${key.at(-2)}`;
      if (!known.some(([other]) => other === misspelt))
        await expect(use({ ...needed, [misspelt]: 1 })).rejects.toThrow(
          `${place}: there is no option '${misspelt}'; did you mean '${key}'?`,
        );
      if (kind.what === "anything") continue;
      await expect(use({ ...needed, [key]: Symbol("wrong") })).rejects.toThrow(
        `${place}: ${key}: expected ${kind.what ?? "true or false"}, got Symbol(wrong)`,
      );
      await expect(use({ ...needed, [key]: null })).rejects.toThrow(`${place}: ${key}: expected `);
    }
    await expect(use({ ...needed, somethingElse: 1 })).rejects.toThrow(
      `${place}: there is no option 'somethingElse'; it takes ${known[0]?.[0]}`,
    );
    await expect(use("text")).rejects.toThrow(/expected (an object of options|deployments).*, got "text"/);
    for (const key of Object.keys(needed ?? {}))
      await expect(use({ ...needed, [key]: undefined })).rejects.toThrow(
        `${place}: the option '${key}' is missing`,
      );
  },
);

test.each([
  ["flow", { retires: 3 }, "flow: there is no option 'retires'; did you mean 'retries'?"],
  ["flow", { log_prints: true }, "flow: there is no option 'log_prints'; did you mean 'logConsole'?"],
  ["flow", { flow_run_name: "a" }, "flow: there is no option 'flow_run_name'; did you mean 'runName'?"],
  [
    "task",
    { retry_delay_seconds: 3 },
    "task: there is no option 'retry_delay_seconds'; did you mean 'retryDelay'?",
  ],
  ["task", { tags: "db" }, 'task: tags: expected a list of texts, got "db"'],
  ["task", { tags: [1] }, "task: tags: expected a list of texts, got a list with 1"],
  [
    "task",
    { params: { city: "text" } },
    "task: params: expected a schema (Zod or any other Standard Schema), got an object with city",
  ],
  ["task", { failOn: "nope" }, 'task: failOn: expected "unobserved" or "any" or "returned", got "nope"'],
  ["task", { retries: 1.5 }, "task: retries: expected a whole number from 0, got 1.5"],
  ["task", { retries: "3" }, 'task: retries: expected a whole number from 0, got "3"'],
  [
    "task",
    { timeout: "5 minutes" },
    'task: timeout: expected seconds or a text such as "30s" or "5m", got "5 minutes"',
  ],
  ["task", { timeout: Number.POSITIVE_INFINITY }, "task: timeout: expected seconds"],
  [
    "task",
    { onFailure: [noop, "x"] },
    "task: onFailure: expected a function, or a list of functions, got a list with a function",
  ],
  ["task", { name: " " }, 'task: name: expected a text that is not empty, got " "'],
])("%s(%j) says: %s", (place, options, message) => {
  expect(() => Reflect.apply(place === "flow" ? flow : task, undefined, [options, noop])).toThrow(message);
});

test.each([
  ["flow", flow],
  ["task", task],
] as const)("%s takes the function last, and says so", (place, define) => {
  const make = (...args: unknown[]) => Reflect.apply(define, undefined, args);
  expect(() => make(noop, { retries: 3 })).toThrow(
    `${place}: expected the options before the function: ${place}({ … }, fn)`,
  );
  expect(() => make({ retries: 3 })).toThrow(
    `${place}: expected a function as the last argument, got an object with retries`,
  );
  expect(() => make()).toThrow(`${place}: expected a function as the last argument, got undefined`);
  expect(() => make("name", noop)).toThrow(`${place}: expected an object of options, got "name"`);
  expect(() => make({}, noop, {})).toThrow(`${place}: expected options and a function, got more`);
});

test("nested options are checked as well", () => {
  const deploy = (options: object) =>
    Reflect.apply(aFlow.toDeployment, undefined, [{ name: "d", ...options }]);
  expect(() => deploy({ schedules: [{ cron: "* * * * *" }, { corn: "x" }] })).toThrow(
    "toDeployment: schedules[1]: there is no option 'corn'; did you mean 'cron'?",
  );
  expect(() => deploy({ limit: { limit: 1, collisionStrategy: "WAIT" } })).toThrow(
    'toDeployment: limit: collisionStrategy: expected "ENQUEUE" or "CANCEL_NEW", got "WAIT"',
  );
  expect(() => deploy({ limit: 2, schedules: [{ interval: "15m", anchor: new Date(0) }] })).not.toThrow();
});

test("serve accepts only deployments, and tags only strings", async () => {
  await expect(call(serve, aFlow)).rejects.toThrow(
    "serve: expected deployments, made with `flow.toDeployment({ name: … })`, and options at the end, got a function",
  );
  await expect(call(tags, "a", 3, noop)).rejects.toThrow("tags: expected texts before the function, got 3");
});

test("every option of every kind is accepted, and undefined options are ignored", async () => {
  expect(() =>
    task(
      {
        ...{
          name: "t",
          description: "d",
          version: "1",
          params: z.tuple([z.number()]),
          tags: ["a"],
          retries: 2,
        },
        ...{ retryDelay: [1, "2s"], retryJitter: 0.5, retryCondition: () => true, timeout: "5m", grace: 1 },
        ...{
          runName: "{0}",
          logConsole: false,
          failOn: "any",
          waitFor: [],
          onFailure: noop,
          onCompletion: [noop],
        },
      },
      (n: number) => n,
    ),
  ).not.toThrow();
  const options = { name: "undefined", retries: undefined, tags: undefined };
  expect(() => Reflect.apply(flow, undefined, [options, noop])).not.toThrow();
  expect(await ended()).toBeUndefined();
});

test("a function that follows the name of a limit runs with a slot of it", async () => {
  await recorded.world.call(concurrencyLimits.create, { name: "one-slot", limit: 1 });
  const held = async () => {
    const { active_slots } = await recorded.world.call(concurrencyLimits.read, { id_or_name: "one-slot" });
    return active_slots;
  };
  expect(await concurrency("one-slot", async ({ names }) => [names, await held()])).toEqual([
    ["one-slot"],
    1,
  ]);
  expect(await held()).toBe(0);
  await expect(call(concurrency, "one-slot", {}, "no function")).rejects.toThrow(
    "what runs inside to be a function",
  );
  await expect(call(concurrency, "one-slot", noop, {})).rejects.toThrow(
    "expected the options before the function",
  );
  await expect(call(concurrency, ["one-slot", 3], {})).rejects.toThrow(
    "concurrency: expected the limit to be",
  );
});
