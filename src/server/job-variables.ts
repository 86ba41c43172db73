import { problem } from "../schema/problems.ts";
import { Json } from "../schema/scalars.ts";
import type { Tx } from "../store/store.ts";
import { complaintText, type Strictness } from "./parameters.ts";

const Variables = Json.refine((schema) => Json.safeParse(schema.properties).success);

interface Checked {
  work_pool_name?: string | null | undefined;
  job_variables?: Json | null | undefined;
}

/** Why job variables are invalid for their pool; undefined when they are valid. */
export async function jobVariablesFault(
  tx: Pick<Tx, "workPools">,
  { work_pool_name, job_variables }: Checked,
  strictness: Strictness = {},
): Promise<string | undefined> {
  const pool = work_pool_name ? await tx.workPools.readByName(work_pool_name) : undefined;
  const schema = Variables.safeParse(pool?.base_job_template.variables);
  if (!schema.success) return undefined;
  return complaintText(schema.data, { ...defaultsOf(schema.data), ...job_variables }, strictness);
}

/** Refuses job variables that are invalid for the pool. */
export async function refuseJobVariables(
  tx: Pick<Tx, "workPools">,
  checked: Checked,
  doing: string,
  strictness?: Strictness,
): Promise<void> {
  const wrong = await jobVariablesFault(tx, checked, strictness);
  if (wrong) throw problem("invalid", `Error ${doing}: Validation failed. Failure reason: ${wrong}`);
}

/** Required variables with a default are not missing. */
function defaultsOf(schema: Json): Json {
  const properties = Object.entries(Json.parse(schema.properties));
  const defaults = properties.flatMap(([name, property]) => {
    const own = Json.safeParse(property);
    return own.success && "default" in own.data ? [[name, own.data.default]] : [];
  });
  return Object.fromEntries(defaults);
}
