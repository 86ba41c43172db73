import { Json } from "../../../schema/scalars.ts";

export interface JobVariable {
  name: string;
  value: unknown;
  /** Whose value it is. */
  source: "run" | "deployment" | "pool";
  /** Whose other value it takes the place of. */
  overrides: readonly JobVariable["source"][];
}

interface Given {
  run: Json;
  deployment: Json;
  /** The pool's `base_job_template`. */
  template: Json;
}

/** The variables that a run starts with: its own, then those of its deployment, then the defaults of the pool. */
export function mergedJobVariables({ run, deployment, template }: Given): JobVariable[] {
  const layers = [
    ["run", run],
    ["deployment", deployment],
    ["pool", defaultsOf(template)],
  ] as const;
  const names = [...new Set(layers.flatMap(([, values]) => Object.keys(values)))].toSorted();
  return names.flatMap((name) => {
    const [first, ...others] = layers.filter(([, values]) => Object.hasOwn(values, name));
    if (!first) return [];
    const [source, values] = first;
    return [{ name, value: values[name], source, overrides: others.map(([other]) => other) }];
  });
}

function defaultsOf(template: Json): Json {
  const variables = Json.safeParse(template.variables).data ?? {};
  const properties = Json.safeParse(variables.properties).data ?? {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      const own = Json.safeParse(property).data;
      return own && "default" in own && own.default !== null ? [[name, own.default]] : [];
    }),
  );
}
