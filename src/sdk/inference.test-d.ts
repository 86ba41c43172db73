import { expectTypeOf } from "vitest";
import { z } from "zod";
import {
  allowFailure,
  concurrency,
  type Flow,
  type FlowDeployment,
  type Future,
  type FutureList,
  flow,
  type Lease,
  pause,
  quote,
  runDeployment,
  type State,
  serve,
  type Task,
  task,
  unmapped,
} from "../index.ts";

// Checked by tsc alone: types that users rely on being inferred, and calls that must be rejected.

const double = task(async (value: number) => value * 2);
const label = task({ retries: 2, retryDelay: [1, "10s"] }, (value: number, unit = "m") => `${value} ${unit}`);
const total = task((values: number[]) => values.reduce((sum, value) => sum + value, 0));
const inspectFailure = task((value: number | Error) => String(value));

expectTypeOf(double).toEqualTypeOf<Task<[value: number], number>>();
expectTypeOf(double(1)).toEqualTypeOf<Promise<number>>();
expectTypeOf(label(1)).toEqualTypeOf<Promise<string>>();
expectTypeOf(label(1, "km")).toEqualTypeOf<Promise<string>>();

expectTypeOf(double.submit(1)).toEqualTypeOf<Future<number>>();
expectTypeOf(double.submit(double.submit(1))).toEqualTypeOf<Future<number>>();
expectTypeOf(total.submit([double.submit(1), 2])).toEqualTypeOf<Future<number>>();
expectTypeOf(total.submit(double.map([1, 2]))).toEqualTypeOf<Future<number>>();
expectTypeOf(total.submit(quote([1]))).toEqualTypeOf<Future<number>>();
expectTypeOf(inspectFailure.submit(allowFailure(double.submit(1)))).toEqualTypeOf<Future<string>>();

expectTypeOf(double.map([1, 2])).toEqualTypeOf<FutureList<number>>();
expectTypeOf(label.map([1, 2], unmapped("km"))).toEqualTypeOf<FutureList<string>>();
expectTypeOf(double.map(double.map([1]))).toEqualTypeOf<FutureList<number>>();
expectTypeOf(double.map(new Set([1]))).toEqualTypeOf<FutureList<number>>();

expectTypeOf(double.with({ returnState: true })(1)).toEqualTypeOf<Promise<State<number>>>();
expectTypeOf(double.with({ returnState: true }).submit(1)).toEqualTypeOf<Promise<State<number>>>();
expectTypeOf(double.with({ returnState: true }).map([1])).toEqualTypeOf<Promise<State<number>[]>>();
expectTypeOf(double.with({ retries: 1 })(1)).toEqualTypeOf<Promise<number>>();

expectTypeOf(double.submit(1).result()).toEqualTypeOf<Promise<number>>();
expectTypeOf(double.submit(1).result({ raiseOnFailure: false })).toEqualTypeOf<Promise<number | Error>>();
expectTypeOf(double.submit(1).wait()).toEqualTypeOf<Promise<State<number>>>();
expectTypeOf(double.submit(1).state).toEqualTypeOf<State<number>>();
expectTypeOf(double.map([1]).result()).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(double.submit(1).recover(task((error: Error) => error.message))).toEqualTypeOf<
  Future<number | string>
>();

// Awaiting a future gives the future: it is not a promise.
expectTypeOf<Awaited<Future<number>>>().toEqualTypeOf<Future<number>>();

const plain = flow(async (city: string, days = 3) => ({ city, days }));
expectTypeOf(plain).toEqualTypeOf<Flow<[city: string, days?: number], { city: string; days: number }>>();
expectTypeOf(plain("Oslo")).toEqualTypeOf<Promise<{ city: string; days: number }>>();
expectTypeOf(plain.with({ returnState: true })("Oslo")).toEqualTypeOf<
  Promise<State<{ city: string; days: number }>>
>();
expectTypeOf(flow(() => double.submit(1))()).toEqualTypeOf<Promise<number>>();
expectTypeOf(flow(() => double.map([1]))()).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(flow(() => double.submit(1).wait())()).toEqualTypeOf<Promise<number>>();
expectTypeOf(flow(() => [double.submit(1)])()).toEqualTypeOf<Promise<State<number>[]>>();
expectTypeOf(
  flow(async function* () {
    yield 1;
  })(),
).toEqualTypeOf<Promise<number | undefined>>();

// With a schema, callers pass its input and the body gets its output.
const Days = z.object({ city: z.string(), days: z.coerce.number().default(3) });
const withParams = flow({ params: Days }, ({ city, days }) => `${city.trim()} ${days.toFixed()}`);
expectTypeOf(withParams({ city: "Oslo" })).toEqualTypeOf<Promise<string>>();
const dated = task({ params: z.tuple([z.coerce.date()]) }, (day) => day.getFullYear());
expectTypeOf(dated(1)).toEqualTypeOf<Promise<number>>();

// Rejected, each for a different reason.
// @ts-expect-error a parameter of another type
double("1");
// @ts-expect-error another type in a submit
double.submit("1");
// @ts-expect-error a future of another type
double.submit(label.submit(1));
// @ts-expect-error a direct call takes values only
double(double.submit(1));
// @ts-expect-error map wants lists, or unmapped values
double.map(1);
// @ts-expect-error a list with elements of another type
double.map(["a"]);
// @ts-expect-error this task cannot take an Error
double.submit(allowFailure(double.submit(1)));
// @ts-expect-error a parameter that the schema does not know
withParams({ town: "Oslo" });
// @ts-expect-error not a unit of time
task({ timeout: "5 parsecs" }, () => 1);

const deployed = plain.toDeployment({ name: "here", cron: "0 6 * * *", timezone: "Europe/Oslo", limit: 2 });
expectTypeOf(deployed).toEqualTypeOf<FlowDeployment>();
expectTypeOf(
  serve(deployed, plain.toDeployment({ name: "there", interval: "15m" }), { limit: 3 }),
).toEqualTypeOf<Promise<void>>();
// @ts-expect-error a duration has a unit
plain.toDeployment({ name: "here", interval: "often" });
// @ts-expect-error a deployment for workers needs their pool
plain.deploy({ name: "here" });
// @ts-expect-error options come last
serve({ limit: 3 }, deployed);

expectTypeOf(pause()).toEqualTypeOf<Promise<void>>();
expectTypeOf(pause({ input: z.object({ day: z.coerce.date() }) })).toEqualTypeOf<Promise<{ day: Date }>>();
expectTypeOf(concurrency("db")).toEqualTypeOf<Promise<Lease>>();
expectTypeOf(concurrency("db", { occupy: 2 }, async () => 1)).toEqualTypeOf<Promise<number>>();
expectTypeOf(runDeployment("a/b").then((run) => run.wait())).toEqualTypeOf<Promise<State<undefined>>>();
