/** The interface that Zod, Valibot, ArkType and others share (standardschema.dev), version 1. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Standard JSON Schema, where the library supports it. */
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: "draft-07" }) => Record<string, unknown> }
      | undefined;
  };
}
type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type InputOf<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["input"];
export type OutputOf<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"];

/** Thrown for parameters that do not match the schema. The run fails before its body starts. */
export class ParameterError extends TypeError {
  constructor(subject: string, issues: readonly Issue[]) {
    super(`${subject} got parameters that do not fit: ${complaints(issues)}`);
    this.name = "ParameterError";
  }
}

export async function validate(schema: StandardSchema, value: unknown, subject: string): Promise<unknown> {
  const result = await schema["~standard"].validate(value);
  if (result.issues) throw new ParameterError(subject, result.issues);
  return result.value;
}

/** The value as the schema has it; `subject` names it in the error for one that does not match. */
export async function fitting(schema: StandardSchema, value: unknown, subject: string): Promise<unknown> {
  const result = await schema["~standard"].validate(value);
  if (result.issues)
    throw new TypeError(`${subject} does not match the schema: ${complaints(result.issues)}`);
  return result.value;
}

const complaints = (issues: readonly Issue[]): string => issues.map(issueText).join("; ");

const issueText = ({ message, path = [] }: Issue): string => {
  const where = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return where ? `${where}: ${message}` : message;
};
