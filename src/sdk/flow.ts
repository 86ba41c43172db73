import { captureConsole } from "./console.ts";
import { deploymentVerbs } from "./deployments.ts";
import { isDisabled } from "./environment.ts";
import { type FlowEnd, runFlow } from "./flow-engine.ts";
import { entrypointOf, flowEntrypoint } from "./flow-entrypoint.ts";
import { defineFlow, type FlowDefinition, flowSettings } from "./flow-settings.ts";
import { nameAtCall } from "./naming.ts";
import { flowKinds, flowWithKinds } from "./option-kinds.ts";
import { checkDefinition, checkOptions } from "./options.ts";
import { currentContext } from "./run.ts";
import type { FlowOptions } from "./run-options.ts";
import { isLoading, whileLoadingText } from "./runner-channel.ts";
import { placesOf } from "./stack-frames.ts";
import { type InputOf, type OutputOf, type StandardSchema, validate } from "./standard-schema.ts";
import { newView, resultOf, State } from "./state.ts";
import type { Flow, ParametersOf, ResultOf } from "./types.ts";

type Body = (...args: never[]) => unknown;

/**
 * Makes a flow of a function: each call is recorded as a flow run, with its tasks, its logs and its final state.
 * With `params`, a schema of the one parameter, callers pass the schema's input and the body gets its output.
 *
 * @example
 * const daily = flow({ name: "daily", retries: 1 }, async (city: string) => {
 *   const rows = await load(city);
 *   return await summarise(rows);
 * });
 * await daily("Oslo");
 */
export function flow<F extends CallableFunction>(fn: F): Flow<ParametersOf<F>, ResultOf<F>>;
export function flow<S extends StandardSchema, R>(
  options: FlowOptions<[OutputOf<S>]> & { params: S },
  fn: (parameters: OutputOf<S>) => R,
): Flow<undefined extends InputOf<S> ? [parameters?: InputOf<S>] : [parameters: InputOf<S>], Awaited<R>>;
export function flow<F extends CallableFunction>(
  options: FlowOptions<ParametersOf<F>>,
  fn: F,
): Flow<ParametersOf<F>, ResultOf<F>>;
export function flow(first: Body | FlowOptions<never[]>, second?: Body, ...more: unknown[]): unknown {
  checkDefinition("flow", [first, second, ...more], flowKinds);
  const [options, fn] = typeof first === "function" ? [{}, first] : [first, second];
  if (!fn) throw new TypeError("flow: expected a function as the last argument");
  return build(
    defineFlow(
      {
        ...options,
        name: options.name ?? kebab(fn.name || nameAtCall(flow) || "flow"),
        places: placesOf(flow),
      },
      fn,
    ),
    options,
    false,
  );
}

// `dailyWeather` is shown as `daily-weather`, the usual form of flow names.
const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();

type Options = Parameters<typeof flowSettings>[0] & { returnState?: boolean };

function build(definition: FlowDefinition, options: Options, returnsState: boolean): unknown {
  const settings = flowSettings(options);
  if (settings.logConsole) captureConsole();
  const call = async (...args: unknown[]) => {
    if (isLoading() && !currentContext().run)
      throw new Error(whileLoadingText(`Flow '${definition.name}' is called`));
    if (isDisabled()) return callPlain(definition, args, returnsState);
    return answer(await runFlow({ definition, settings, args }), returnsState);
  };
  Object.defineProperty(call, "name", { value: definition.name });
  const door = entrypointOf(definition, settings);
  return Object.assign(call, {
    with: (changed: Options) => {
      checkOptions("flow.with", changed, flowWithKinds);
      const { returnState = returnsState, ...more } = changed;
      return build(definition, { ...options, ...more }, returnState);
    },
    fn: definition.fn,
    flowName: definition.name,
    [flowEntrypoint]: door,
    ...deploymentVerbs(door),
  });
}

function answer({ view, content, ref }: FlowEnd, returnsState: boolean): unknown {
  if (returnsState) return new State(view, content, ref);
  const outcome = resultOf(view, content, ref);
  if (outcome.ok) return outcome.value;
  ref.observed = true;
  throw outcome.error;
}

async function callPlain(
  definition: FlowDefinition,
  args: readonly unknown[],
  returnsState: boolean,
): Promise<unknown> {
  const { fn, schema, name } = definition;
  const call = async () => {
    const input = schema ? [await validate(schema, args[0], `Flow '${name}'`)] : args;
    return Reflect.apply(fn, undefined, input);
  };
  if (!returnsState) return call();
  return call().then(
    (value) => new State(newView("COMPLETED"), { value }),
    (error: unknown) => new State(newView("FAILED"), { error }),
  );
}
