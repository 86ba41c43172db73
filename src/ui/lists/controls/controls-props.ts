import type { PopoverProps } from "../../kit/overlays/popover-props.ts";
import type { Control, QueryFields } from "../query-fields.ts";
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

/** A control with the button that opens it. */
export type ControlPopupProps<K extends string> = ControlsProps<K> &
  Pick<PopoverProps, "trigger" | "label"> & { control: Control<K> };
