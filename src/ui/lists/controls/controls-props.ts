import type { QueryFields } from "../query-fields.ts";
import type { Language } from "../query-text.ts";
import type { UseChoices } from "./choices.ts";

export interface ControlsProps<K extends string> {
  q: string;
  onQuery: (q: string) => void;
  fields: QueryFields<never, K>;
  language: Language<K>;
  /** What the menu of a key offers. */
  choices: Partial<Record<K, UseChoices>>;
}
