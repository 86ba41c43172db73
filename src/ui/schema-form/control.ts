import type { ComponentType, ReactNode } from "react";
import type { CustomShape, Path, Shape } from "./shapes.ts";

export interface PartProps {
  name: string;
  schema: unknown;
  path: Path;
  value: unknown;
  onChange: (value: unknown) => void;
  isRequired?: boolean;
  /** What is used where the value is left out, when that does not come from the schema. */
  inherited?: unknown;
  /** One of many: it can be taken out, but not left out. */
  isItem?: boolean;
  /** Its name is in sight already. */
  isBare?: boolean;
  /** Beside the name, such as a way to take it out. */
  aside?: ReactNode;
}

/** What a control needs to know of its part of the schema. */
export interface ControlProps<S extends Shape = Shape> {
  id: string;
  name: string;
  shape: S;
  path: Path;
  value: unknown;
  /** Used where nothing is set; undefined when there is nothing. */
  base: unknown;
  error: string | undefined;
  isItem: boolean;
  isBare: boolean;
  isRequired: boolean;
  onChange: (value: unknown) => void;
}

/** A control that is not of this form. */
export type CustomProps = ControlProps<CustomShape>;
/** By the names that schemas have for them, under `x-control`. */
export type Controls = Readonly<Record<string, ComponentType<CustomProps>>>;
