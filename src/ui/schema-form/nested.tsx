import { Pencil, Plus, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { Json } from "../../schema/scalars.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { inputClass } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { cx } from "../kit/cx.ts";
import { check, kindOf } from "./check.ts";
import { useFormContext } from "./context.ts";
import type { ControlProps } from "./control.ts";
import {
  inOneLine,
  isRecord,
  numberIn,
  type ObjectShape,
  type Path,
  pointerOf,
  readShape,
  type Shape,
  type UnionShape,
} from "./shapes.ts";
import { emptyOf, fixedParts, withKey } from "./values.ts";

interface ObjectPartsProps {
  shape: ObjectShape;
  value: Json;
  path: Path;
  onChange: (value: Json) => void;
  fallback?: Json;
}

/** The values of an object: those that the schema names, and those that it allows besides. */
export function ObjectParts({ shape, value, path, onChange, fallback = {} }: ObjectPartsProps) {
  const { Field } = useFormContext();
  const named = new Set(shape.properties.map((property) => property.key));
  const others = Object.keys(value).filter((key) => !named.has(key));
  const isTaken = (key: string) => key in value || named.has(key);
  const set = (key: string) => (next: unknown) => onChange(withKey(value, key, next));
  return (
    <div className="flex flex-col gap-3">
      {shape.properties.map(({ key, schema, isRequired }) => (
        <Field
          key={key}
          name={key}
          schema={schema}
          path={[...path, key]}
          value={value[key]}
          isRequired={isRequired}
          inherited={fallback[key]}
          onChange={set(key)}
        />
      ))}
      {others.map((key) => (
        <Field
          key={key}
          name={key}
          schema={shape.others}
          path={[...path, key]}
          value={value[key]}
          isItem
          onChange={set(key)}
          aside={
            <KeyTools
              name={key}
              isTaken={isTaken}
              onRename={(next) => onChange(renamed(value, key, next))}
              onRemove={() => set(key)(undefined)}
            />
          }
        />
      ))}
      {shape.others !== undefined && shape.others !== false && (
        <NewKey isTaken={isTaken} onAdd={(key, schema) => set(key)(schema)} schema={shape.others} />
      )}
    </div>
  );
}

const renamed = (object: Json, from: string, to: string): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));

interface KeyToolsProps {
  name: string;
  isTaken: (key: string) => boolean;
  onRename: (name: string) => void;
  onRemove: () => void;
}

function KeyTools({ name, isTaken, onRename, onRemove }: KeyToolsProps) {
  const [next, setNext] = useState<string>();
  const isRight = next !== undefined && next !== "" && (next === name || !isTaken(next));
  const finish = (isTarget: boolean) => {
    setNext(undefined);
    if (isTarget && isRight && next !== name) onRename(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    finish(event.key === "Enter");
  };
  return (
    <>
      {next === undefined ? (
        <IconButton label={`Rename ${name}`} onClick={() => setNext(name)} className="-my-1 size-6">
          <Pencil size={13} />
        </IconButton>
      ) : (
        <input
          ref={(field) => field?.focus()}
          aria-label={`New name of ${name}`}
          aria-invalid={!isRight || undefined}
          value={next}
          onChange={({ target }) => setNext(target.value)}
          onBlur={() => finish(true)}
          onKeyDown={onKeyDown}
          className={cx(inputClass, "-my-1 h-6 !w-36 text-sm text-fg")}
        />
      )}
      <IconButton label={`Remove ${name}`} onClick={onRemove} className="-my-1 size-6">
        <X size={13} />
      </IconButton>
    </>
  );
}

interface NewKeyProps {
  isTaken: (key: string) => boolean;
  schema: unknown;
  onAdd: (key: string, value: unknown) => void;
}

function NewKey({ isTaken, schema, onAdd }: NewKeyProps) {
  const { form } = useFormContext();
  const [key, setKey] = useState("");
  const taken = isTaken(key);
  const add = () => {
    if (key === "" || taken) return;
    onAdd(key, emptyOf(schema, form.schema));
    setKey("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  };
  return (
    <div>
      <div className="flex max-w-96 gap-2">
        <input
          aria-label="Name of another value"
          placeholder="name"
          value={key}
          aria-invalid={taken || undefined}
          autoComplete="off"
          onChange={({ target }) => setKey(target.value)}
          onKeyDown={onKeyDown}
          className={cx(inputClass, "h-7")}
        />
        <Button onClick={add} aria-disabled={key === "" || taken}>
          <Plus size={13} />
          Add
        </Button>
      </div>
      {taken && <p className="mt-1 text-danger">{key} already exists</p>}
    </div>
  );
}

// Objects that contain themselves would be drawn without end.
const deepest = 6;

export function ObjectPart({
  name,
  shape,
  value,
  base,
  path,
  isRequired,
  onChange,
}: ControlProps<ObjectShape>) {
  const { form } = useFormContext();
  const start = () => onChange(isRecord(base) ? base : fixedParts(shape, form.schema));
  if (value === undefined && (!isRequired || path.length > deepest))
    return (
      <div className="flex items-center gap-2 text-muted">
        <code className="min-w-0 truncate">{base === undefined ? "not set" : inOneLine(base)}</code>
        <Button onClick={start} aria-label={`${base === undefined ? "Set" : "Change"} ${name}`}>
          {base === undefined ? "Set" : "Change"}
        </Button>
      </div>
    );
  const object = isRecord(value) ? value : fixedParts(shape, form.schema);
  return (
    <div className="border-l-2 pl-3">
      <ObjectParts shape={shape} value={object} path={path} onChange={onChange} />
    </div>
  );
}

/** Choose which of several things a value is, then what it is. */
export function UnionPart({ shape, ...rest }: ControlProps<UnionShape>) {
  const { form, Field } = useFormContext();
  const { name, path, value, base, isItem, isRequired, onChange } = rest;
  const checking = { root: form.schema, kinds: form.kinds };
  const pointer = pointerOf(path);
  const partAt = (place: number) => readShape(shape.options[place]?.schema, form.schema);
  const baseKind = base === undefined ? -1 : kindOf(shape, base, { root: form.schema }, path);
  // A constant that nobody has chosen must not look as if it were.
  const isOpen =
    value === undefined && base === undefined && form.kinds[pointer] === undefined && isFixed(partAt(0));
  const kind = isOpen ? -1 : kindOf(shape, value ?? base, checking, path);
  const choose = (next: number) => {
    form.setKind(pointer, next);
    const schema = shape.options[next]?.schema;
    if (value === undefined) onChange(next === baseKind ? undefined : startOf(schema, form.schema));
    else onChange(converted(value, schema, form.schema));
  };
  // What was typed as text stays text, even if it looks like a number.
  const change = (next: unknown) => {
    form.setKind(pointer, kind);
    onChange(next);
  };
  const options = shape.options.map(({ label }, index) => ({ value: String(index), label }));
  const isShort = options.length <= 4 && options.reduce((sum, { label }) => sum + label.length, 0) <= 36;
  const shared = {
    label: `Kind of ${name}`,
    value: String(kind),
    onChange: (next: string) => choose(Number(next)),
    options,
  };
  return (
    <div className="flex flex-col items-start gap-1.5">
      {isShort ? (
        <Segmented {...shared} />
      ) : (
        <Select {...shared} options={isOpen ? [{ value: "-1", label: "Choose" }, ...options] : options} />
      )}
      {!isOpen && (
        <div className="w-full">
          <Field
            key={kind}
            name={name}
            path={path}
            value={value}
            isItem={isItem}
            isRequired={isRequired}
            schema={{ ...shape.options[kind]?.schema, title: undefined }}
            inherited={kind === baseKind ? base : undefined}
            isBare
            onChange={change}
          />
        </div>
      )}
    </div>
  );
}

const isFixed = ({ kind }: Shape): boolean => kind === "constant" || kind === "null";

/** What is there as soon as a kind is chosen; undefined where something has to be typed. */
function startOf(schema: Json | undefined, root: Json): unknown {
  const shape = readShape(schema, root);
  if (shape.kind === "null") return null;
  return isFixed(shape) || shape.kind === "object" ? emptyOf(schema, root) : undefined;
}

/** Keeps what the new kind has too, as far as it fits there. */
function converted(value: unknown, schema: Json | undefined, root: Json): unknown {
  const shape = readShape(schema, root);
  if (shape.kind === "null") return null;
  const empty = emptyOf(schema, root);
  if (shape.kind === "object" && isRecord(value) && isRecord(empty)) {
    const kept = shape.properties.filter(
      ({ key, schema: part }) =>
        key in value && !(key in empty) && check(part, value[key], { root }).length === 0,
    );
    return { ...empty, ...Object.fromEntries(kept.map(({ key }) => [key, value[key]])) };
  }
  if (check(schema, value, { root }).length === 0) return value;
  if (shape.kind === "text" && numberIn(value) !== undefined) return inOneLine(value);
  if (
    shape.kind === "number" &&
    typeof value === "string" &&
    value.trim() !== "" &&
    Number.isFinite(Number(value))
  )
    return Number(value);
  if (shape.kind === "list" && !Array.isArray(value) && check(shape.item, value, { root }).length === 0)
    return [value];
  return empty ?? undefined;
}
