import { createContext, useContext } from "react";
import type { SchemaFormState } from "./schema-form.tsx";

export interface Shown {
  form: SchemaFormState;
  /** What is wrong at a place, once it was left or the form was to be submitted. */
  errorAt: (pointer: string) => string | undefined;
}
export const ShownContext = createContext<Shown | null>(null);

export function useShown(): Shown {
  const shown = useContext(ShownContext);
  if (!shown) throw new Error("expected a field to stand in a SchemaForm");
  return shown;
}
