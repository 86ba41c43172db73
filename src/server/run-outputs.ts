import type { Parsed } from "../schema/route.ts";
import { maxOutputText, type RunOutput, type runOutputs } from "../schema/run-outputs.ts";
import type { OutputSource } from "../store/records/run-outputs.ts";
import type { Store } from "../store/store.ts";
import { TimeSlice } from "./time-slice.ts";

/** Values at these paths of the results and artifacts of runs. */
export async function readOutputs(
  { artifacts }: Pick<Store, "artifacts">,
  { flow_run_ids: ids, paths }: Parsed<typeof runOutputs.read>,
): Promise<RunOutput[]> {
  const asked = paths.map((path) => ({ path, ...stepsOf(path) }));
  const sources = await artifacts.outputs(ids, [...new Set(asked.map(({ key }) => key))]);
  const byRun = Map.groupBy(sources, ({ flow_run_id }) => flow_run_id);
  const slice = new TimeSlice();
  const found: RunOutput[] = [];
  for (const id of new Set(ids)) {
    await slice.next();
    const own = (byRun.get(id) ?? []).map((source) => ({ ...source, value: dataOf(source) }));
    for (const { path, key, rest } of asked) {
      const result = own.find((source) => source.key === null);
      const artifact = own.find((source) => source.key === key);
      const places = [
        at(artifact?.value, rest),
        at(result?.value, [key, ...rest]),
        path === wholeResult ? result?.value : undefined,
      ];
      const value = places.find((one) => one !== undefined);
      if (value !== undefined) found.push({ flow_run_id: id, path, text: textOf(value) });
    }
  }
  return found;
}

/** The path that stands for the result itself. */
const wholeResult = "result";

const stepsOf = (path: string): { key: string; rest: string[] } => {
  const [key = "", ...rest] = path.split(".");
  return { key, rest };
};

/** Artifacts of tables hold a text of JSON. */
function dataOf({ data }: OutputSource): unknown {
  const value = parsed(data);
  return typeof value === "string" ? (parsed(value) ?? value) : value;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const at = (value: unknown, steps: readonly string[]): unknown =>
  steps.reduce<unknown>((inner, step) => {
    const isThere = typeof inner === "object" && inner !== null && Object.hasOwn(inner, step);
    return isThere ? Reflect.get(inner, step) : undefined;
  }, value);

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > maxOutputText ? `${text.slice(0, maxOutputText - 1)}…` : text;
}
