import type { Json } from "../../schema/scalars.ts";
import type { Problem } from "./check.ts";
import type { Mistake } from "./json-text.ts";

/** Which part of a union was chosen, by the place of the union. */
export type Kinds = Readonly<Record<string, number>>;

export interface SchemaFormState {
  id: string;
  schema: Json;
  fallback: Json;
  fallbackName: string;
  value: Json;
  setValue: (value: Json) => void;
  /** Takes back what was changed. */
  reset: () => void;
  isChanged: boolean;
  tab: "form" | "json";
  setTab: (tab: "form" | "json") => void;
  /** What is written in the JSON tab while it is not the plain text of the value. */
  text: string;
  setText: (text: string) => void;
  mistake: Mistake | undefined;
  lines: ReadonlyMap<string, number>;
  problems: readonly Problem[];
  /** How often it was tried to submit: from the first time on every problem is shown. */
  tries: number;
  kinds: Kinds;
  setKind: (pointer: string, kind: number) => void;
  /** Items of a list have changed their places; undefined for one that is gone. */
  moveKinds: (list: string, place: (item: number) => number | undefined) => void;
  /** The value, if nothing is wrong with it; else shows what is, and goes to the first. */
  submit: () => Json | undefined;
}
