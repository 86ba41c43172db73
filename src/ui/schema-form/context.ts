import { type ComponentType, createContext, useContext } from "react";
import type { Controls, PartProps } from "./control.ts";
import type { SchemaFormState } from "./form-state.ts";

export interface Shown {
  form: SchemaFormState;
  /** What is wrong at a place, once it was left or the form was to be submitted. */
  errorAt: (pointer: string) => string | undefined;
  controls: Controls;
  /** Draws one value; objects, lists and unions draw their parts with it. */
  Field: ComponentType<PartProps>;
}
export const FormContext = createContext<Shown | null>(null);

export function useFormContext(): Shown {
  const shown = useContext(FormContext);
  if (!shown) throw new Error("expected a field to stand in a SchemaForm");
  return shown;
}
