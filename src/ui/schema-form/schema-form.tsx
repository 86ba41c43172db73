import { Suspense, useId, useMemo, useState } from "react";
import type { Json } from "../../schema/scalars.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Skeleton } from "../kit/skeleton.tsx";
import { check } from "./check.ts";
import type { Controls } from "./control.ts";
import type { Kinds, SchemaFormState } from "./form-state.ts";
import { isMistake, readJson } from "./json-text.ts";
import { isRecord, readShape, sameJson } from "./shapes.ts";
import { defaultsOf, emptyOf } from "./values.ts";

interface Options {
  /** In the shape of `parameter_openapi_schema`; null where nothing is known. */
  schema: Json | null;
  /** What the form starts with. */
  value: Json;
  /** What is used for a key that is left out, such as the parameters of the deployment. */
  fallback?: Json;
  /** Where the fallback comes from: `deployment`. */
  fallbackName?: string;
}

const anything: Json = { type: "object", additionalProperties: true };

/** The state of a form made from a JSON schema; `SchemaForm` shows it, `submit()` asks for its value. */
export function useSchemaForm({
  schema,
  value: given,
  fallback,
  fallbackName = "default",
}: Options): SchemaFormState {
  const id = useId();
  const root = schema ?? anything;
  const [initial] = useState(() => startWith(root, given, fallback));
  const [value, setValue] = useState<Json>(initial);
  const [typed, setTyped] = useState<string>();
  const [tab, setTab] = useState<"form" | "json">("form");
  const [tries, setTries] = useState(0);
  const [kinds, setKinds] = useState<Kinds>({});
  const bases = useMemo(() => ({ ...defaultsOf(root), ...fallback }), [root, fallback]);
  const plain = useMemo(() => JSON.stringify(effective(root, bases, value), null, 2), [root, bases, value]);
  const text = typed ?? plain;
  const read = useMemo(() => readText(text), [text]);
  const problems = useMemo(
    () => check(root, { ...fallback, ...value }, { root, kinds }),
    [root, fallback, value, kinds],
  );
  const isOther = useMemo(() => value !== initial && !sameJson(initial, value), [initial, value]);
  const mistake = isMistake(read) ? read : undefined;
  return {
    id,
    schema: root,
    fallback: fallback ?? nothing,
    fallbackName,
    value,
    setValue: (next) => {
      setTyped(undefined);
      setValue(next);
    },
    reset: () => {
      setTyped(undefined);
      setKinds({});
      setTries(0);
      setValue(initial);
    },
    isChanged: mistake !== undefined || isOther,
    tab,
    setTab,
    text,
    setText: (next) => {
      const parsed = readText(next);
      setTyped(next);
      setKinds({});
      if (!isMistake(parsed) && isRecord(parsed.value)) setValue(ownValues(parsed.value, bases, value));
    },
    mistake,
    lines: isMistake(read) ? none : read.lines,
    problems,
    tries,
    kinds,
    setKind: (pointer, kind) =>
      setKinds((held) => (held[pointer] === kind ? held : { ...held, [pointer]: kind })),
    moveKinds: (list, place) => setKinds((held) => withPlaces(held, list, place)),
    submit: () => {
      if (!mistake && problems.length === 0) return value;
      if (mistake) setTab("json");
      setTries(tries + 1);
      return undefined;
    },
  };
}

function withPlaces(kinds: Kinds, list: string, place: (item: number) => number | undefined): Kinds {
  const entries = Object.entries(kinds).flatMap(([pointer, kind]) => {
    const [item, ...rest] = pointer.startsWith(`${list}/`) ? pointer.slice(list.length + 1).split("/") : [];
    if (item === undefined) return [[pointer, kind] as const];
    const at = place(Number(item));
    return at === undefined ? [] : [[[list, at, ...rest].join("/"), kind] as const];
  });
  return Object.fromEntries(entries);
}

const nothing: Json = {};
const none: ReadonlyMap<string, number> = new Map();

function readText(text: string): ReturnType<typeof readJson> {
  const read = readJson(text);
  if (isMistake(read) || isRecord(read.value)) return read;
  return { message: "expected an object in braces", line: 1, column: 1 };
}

/** What the schema fixes is there from the start, unless the fallback has it. */
function startWith(schema: Json, value: Json, fallback: Json = nothing): Json {
  const empty = schema.default === undefined ? emptyOf(schema, schema) : undefined;
  const fixed = Object.entries(isRecord(empty) ? empty : {}).filter(([key]) => !(key in fallback));
  return { ...Object.fromEntries(fixed), ...value };
}

/** The values as they are used, in the order of the schema. */
function effective(root: Json, bases: Json, value: Json): Json {
  const all: Json = { ...bases, ...value };
  const shape = readShape(root, root);
  const named = shape.kind === "object" ? shape.properties.map(({ key }) => key) : [];
  const keys = new Set([...named.filter((key) => key in all), ...Object.keys(all)]);
  return Object.fromEntries([...keys].map((key) => [key, all[key]]));
}

/** Of values as they are used, those that are given here: not what would be used all the same. */
const ownValues = (all: Json, bases: Json, given: Json): Json =>
  Object.fromEntries(
    Object.entries(all).filter(
      ([key, value]) => key in given || !(key in bases) || !sameJson(value, bases[key]),
    ),
  );

const Body = lazyNamed(async () => (await import("./body.tsx")).SchemaFormBody);

interface FormProps {
  form: SchemaFormState;
  label?: string;
  /** For the parts of the schema that name one. */
  controls?: Controls;
  /** Whether the reader may change between form and JSON here; without, `form.tab` stays as it is. */
  hasTabs?: boolean;
}

const noControls: Controls = {};

/** A form for the parameters that a JSON schema describes, with the same as JSON on a second tab. */
export function SchemaForm(props: FormProps) {
  const { form, label = "Parameters", controls = noControls, hasTabs = true } = props;
  return (
    <Suspense fallback={<Waiting />}>
      <Body {...{ form, label, controls, hasTabs }} />
    </Suspense>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading the form" className="flex flex-col gap-3 py-2">
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex flex-col gap-1.5">
          <Skeleton className="h-3.5 w-28" />
          <Skeleton className="h-8 w-full" />
        </div>
      ))}
    </div>
  );
}
