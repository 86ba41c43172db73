import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { namedSorts } from "./flows.ts";
import { routes } from "./route.ts";
import { AnyJson, byId, Limit, Nothing, Offset, rowShape, Tags, Uuid, withDefault } from "./scalars.ts";

export const Variable = z.object({
  ...rowShape,
  name: z.string(),
  value: AnyJson,
  tags: z.array(z.string()),
});
export type Variable = z.infer<typeof Variable>;

export const VariableName = z
  .string()
  .max(255, "expected at most 255 characters")
  .regex(/^[a-z0-9_-]+$/, "expected lower-case letters, digits, dashes and underscores");
/** Characters of a value as JSON. */
export const longestVariable = 5000;
const value = AnyJson.refine(
  (value) => JSON.stringify(value ?? null).length <= longestVariable,
  `expected a value of at most ${longestVariable} characters as JSON`,
);
const byName = z.object({ name: z.string() });
export const VariableFilter = filterOf({
  id: column("uuid", ["any_"]),
  name: column("text", ["any_", "like_"]),
  /** As JSON. */
  value: column("text", [], { extra: ["like_"] }),
  tags: column("tags", ["all_", "is_null_"], { combines: true, extra: ["any_"] }),
});
const change = { value: value.optional(), tags: z.array(z.string()).nullish() };

export const variables = routes("variables", {
  create: {
    method: "POST",
    path: "/variables/",
    input: z.strictObject({ name: VariableName, value, tags: Tags }),
    output: Variable,
    status: 201,
  },
  read: { method: "GET", path: "/variables/:id", input: byId, output: Variable },
  readByName: { method: "GET", path: "/variables/name/:name", input: byName, output: Variable },
  update: {
    method: "PATCH",
    path: "/variables/:id",
    input: z.strictObject({ id: Uuid, name: VariableName.nullish(), ...change }),
    output: Nothing,
    status: 204,
  },
  // The new name cannot have the same key as the old one in the path.
  updateByName: {
    method: "PATCH",
    path: "/variables/name/:current",
    input: z.strictObject({ current: z.string(), name: VariableName.nullish(), ...change }),
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/variables/:id", input: byId, output: Nothing, status: 204 },
  deleteByName: {
    method: "DELETE",
    path: "/variables/name/:name",
    input: byName,
    output: Nothing,
    status: 204,
  },
  filter: {
    method: "POST",
    path: "/variables/filter",
    input: z.object({
      variables: VariableFilter.nullish(),
      sort: withDefault(z.enum(namedSorts), () => "NAME_ASC" as const),
      limit: Limit,
      offset: Offset,
    }),
    output: z.array(Variable),
  },
  count: {
    method: "POST",
    path: "/variables/count",
    input: z.object({ variables: VariableFilter.nullish() }),
    output: z.int(),
  },
});
