import { z } from "zod";
import { isWritten, plainOf } from "./exact-json.ts";

/**
 * Turns numbers kept as text into numbers, except where the schema accepts any value:
 * there values are returned unchanged.
 */
export function settled(schema: z.core.$ZodType, value: unknown): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "unknown" || def.type === "any") return value;
  if (typeof value !== "object" || value === null) return value;
  if (def.type === "pipe") return settled(def.in, value);
  if (def.type === "lazy") return settled(def.getter(), value);
  if ("innerType" in def) return settled(def.innerType, value);
  if (def.type === "union") return settledAs(def.options, value);
  if (isWritten(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) {
    return def.type === "array" ? value.map((inner) => settled(def.element, inner)) : plainOf(value);
  }
  if (def.type === "record") return mapped(value, (inner) => settled(def.valueType, inner));
  if (def.type !== "object") return plainOf(value);
  return mapped(value, (inner, key) => {
    const own = Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall;
    return own ? settled(own, inner) : plainOf(inner);
  });
}

/** By the first schema that accepts it. */
function settledAs(options: readonly z.core.$ZodType[], value: object): unknown {
  const plain = plainOf(value);
  const chosen = options.find((option) => z.safeParse(option, plain).success);
  return chosen ? settled(chosen, value) : plain;
}

const mapped = (value: object, each: (inner: unknown, key: string) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, each(inner, key)]));
