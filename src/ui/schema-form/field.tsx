import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../kit/controls/button.tsx";
import { Field, FieldError, Required } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";
import { numberWanted } from "./check.ts";
import { useFormContext } from "./context.ts";
import type { ControlProps, CustomProps, PartProps } from "./control.ts";
import { JsonPart } from "./json.tsx";
import { ListPart } from "./list.tsx";
import { ObjectPart, UnionPart } from "./nested.tsx";
import { pointerOf, readShape, type Shape } from "./shapes.ts";
import { ChoicePart, ChoicesPart, Fixed, NumberPart, TextPart, TruthPart } from "./simple.tsx";

/** One value of the form: its name, what it is, its control, and what is wrong with it. */
export function SchemaField(props: PartProps) {
  const { form, errorAt } = useFormContext();
  const { name, schema, path, value, inherited, isItem = false, isBare = false, isRequired = false } = props;
  const shape = readShape(schema, form.schema);
  const pointer = pointerOf(path);
  const control: ControlProps = {
    // What a union is at the moment stands at the same place as the union.
    id: `${form.id}${pointer}${isBare && !isItem ? "-kind" : ""}`,
    name,
    shape,
    path,
    value,
    base: inherited === undefined ? shape.fallback : inherited,
    error: errorAt(pointer),
    isItem,
    isBare,
    isRequired: isRequired && inherited === undefined,
    onChange: props.onChange,
  };
  return (
    <div data-place={pointer} className="min-w-0">
      {isSingle(shape) || value === null ? (
        <Single
          {...control}
          aside={<Aside {...control} origin={originOf(props, form.fallbackName)} extra={props.aside} />}
        />
      ) : (
        <Group
          {...control}
          aside={<Aside {...control} origin={originOf(props, form.fallbackName)} extra={props.aside} />}
        />
      )}
    </div>
  );
}

const isSingle = ({ kind }: Shape) =>
  ["text", "number", "choice", "constant", "null", "json", "custom"].includes(kind);
const originOf = ({ inherited }: PartProps, name: string) => (inherited === undefined ? "default" : name);

/** The title, where it says more than the key does. */
function Name({ name, shape }: ControlProps) {
  const { title } = shape;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  return (
    <>
      {name}
      {title && plain(title) !== plain(name) && (
        <span className="ml-1.5 font-normal text-muted">{title}</span>
      )}
    </>
  );
}

function Single({ aside, ...control }: ControlProps & { aside: ReactNode }) {
  const { id, shape, error, isBare, isRequired } = control;
  if (isBare)
    return (
      <>
        <label htmlFor={id} className="sr-only">
          {control.name}
        </label>
        <Control {...control} />
        <FieldError id={id} error={error} />
      </>
    );
  return (
    <Field
      id={id}
      label={<Name {...control} />}
      isRequired={isRequired}
      description={shape.description}
      error={error}
      aside={aside}
    >
      <Control {...control} />
    </Field>
  );
}

function Group({ aside, ...control }: ControlProps & { aside: ReactNode }) {
  const { id, shape, isBare, isRequired } = control;
  // The kind that was chosen says it itself.
  const error = shape.kind === "union" ? undefined : control.error;
  return (
    <div
      role="group"
      aria-labelledby={`${id}-name`}
      data-invalid={error ? true : undefined}
      aria-describedby={error ? `${id}-error` : undefined}
    >
      <div className={cx("mb-1 flex min-h-5 items-end gap-2", isBare && "sr-only")}>
        <span id={`${id}-name`} className="min-w-0 font-strong break-words">
          <Name {...control} />
          {isRequired && <Required />}
        </span>
        <span className="ml-auto flex shrink-0 items-center gap-2 text-xs text-muted">{aside}</span>
      </div>
      {shape.description && <p className="-mt-0.5 mb-1 break-words text-muted">{shape.description}</p>}
      <Control {...control} />
      <FieldError id={id} error={error} />
    </div>
  );
}

function Control({ shape, ...rest }: ControlProps) {
  if (rest.value === null && shape.isNullable) return <Fixed id={rest.id} name={rest.name} value={null} />;
  switch (shape.kind) {
    case "text":
      return <TextPart shape={shape} {...rest} />;
    case "number":
      return <NumberPart shape={shape} {...rest} />;
    case "boolean":
      return <TruthPart shape={shape} {...rest} />;
    case "choice":
      return <ChoicePart shape={shape} {...rest} />;
    case "choices":
      return <ChoicesPart shape={shape} {...rest} />;
    case "constant":
      return <Fixed id={rest.id} name={rest.name} value={shape.constant} />;
    case "null":
      return <Fixed id={rest.id} name={rest.name} value={null} />;
    case "list":
      return <ListPart shape={shape} {...rest} />;
    case "object":
      return <ObjectPart shape={shape} {...rest} />;
    case "union":
      return <UnionPart shape={shape} {...rest} />;
    case "json":
      return <JsonPart shape={shape} {...rest} />;
    case "custom":
      return <CustomPart shape={shape} {...rest} />;
  }
}

function CustomPart({ shape, ...rest }: CustomProps) {
  const { controls } = useFormContext();
  const Custom = controls[shape.control];
  return Custom ? (
    <Custom shape={shape} {...rest} />
  ) : (
    <JsonPart shape={{ ...shape, kind: "json" }} {...rest} />
  );
}

interface AsideProps extends ControlProps {
  origin: string;
  extra: ReactNode;
}

function Aside({ name, shape, value, base, isItem, isRequired, onChange, origin, extra }: AsideProps) {
  const isSet = value !== undefined;
  const canGo = isSet && !isItem && !isRequired && shape.kind !== "constant";
  return (
    <>
      <span className="max-[480px]:hidden">{hintOf(shape)}</span>
      {!isSet && base !== undefined && <span className="rounded-sm bg-active px-1">{origin}</span>}
      {shape.isNullable && shape.kind !== "null" && (
        <button
          type="button"
          aria-pressed={value === null}
          aria-label={`${name} is null`}
          onClick={() => onChange(value === null ? undefined : null)}
          className="touch rounded-sm border border-transparent px-1 font-mono hover:text-fg aria-pressed:border-line-strong aria-pressed:text-fg"
        >
          null
        </button>
      )}
      {canGo && (
        <IconButton
          label={base === undefined ? `Leave out ${name}` : `Use the ${origin} of ${name}`}
          onClick={() => onChange(undefined)}
          className="-my-1 size-6"
        >
          <RotateCcw size={13} />
        </IconButton>
      )}
      {extra}
    </>
  );
}

function hintOf(shape: Shape): string {
  if (shape.kind === "number") return numberWanted(shape).replace(/^a /, "");
  if (shape.kind === "text") return shape.format ?? "text";
  if (
    shape.kind === "boolean" ||
    shape.kind === "choice" ||
    shape.kind === "constant" ||
    shape.kind === "custom" ||
    shape.kind === "null"
  )
    return "";
  if (shape.kind === "choices") return "any of";
  if (shape.kind === "union") return "";
  return shape.kind === "json"
    ? "JSON"
    : shape.kind === "list" && shape.first.length > 0
      ? "fixed list"
      : shape.kind;
}
