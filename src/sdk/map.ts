import { Future } from "./future.ts";
import { FutureList } from "./future-list.ts";
import { currentContext } from "./run.ts";
import { ElementOf, Unmapped } from "./wrappers.ts";

/** Maximum unstarted children of a lazily read input. */
const maxOpen = 1000;

type Submit = (args: readonly unknown[]) => Future;

/**
 * One call per element. Lists of known length are submitted at once; generators, asynchronous inputs and
 * futures of lists are read as the runner progresses, and the list of futures grows meanwhile.
 */
export function mapTask(args: readonly unknown[], submit: Submit): FutureList {
  const list = new FutureList();
  const columns = args.map(toColumn);
  if (!columns.some((column) => column.kind !== "same"))
    throw new TypeError("map: expected at least one list to map over, got none (strings are no lists).");
  if (columns.every((column) => column.kind === "same" || column.kind === "list"))
    fillNow(list, columns, submit);
  else FutureList.fill(list, held(fillLazily(list, columns, submit)));
  return list;
}

type Column =
  | { kind: "same"; value: unknown }
  | { kind: "list"; items: readonly unknown[]; source?: object }
  | { kind: "lazy"; open: () => Promise<AsyncIterator<unknown> | Iterator<unknown>>; source?: object };

function toColumn(value: unknown, index: number): Column {
  if (value instanceof Unmapped) return { kind: "same", value: value.value };
  if (value instanceof FutureList && FutureList.growth(value))
    return { kind: "lazy", open: async () => whole(value) };
  if (Array.isArray(value)) return { kind: "list", items: value, ...madeByRun(value) };
  if (value instanceof Set || value instanceof Map)
    return { kind: "list", items: [...value], ...madeByRun(value) };
  if (value instanceof Future)
    return { kind: "lazy", open: async () => rows(await value.result())[Symbol.iterator](), source: value };
  if (isAsyncIterable(value)) return { kind: "lazy", open: async () => value[Symbol.asyncIterator]() };
  if (isIterable(value)) return { kind: "lazy", open: async () => value[Symbol.iterator]() };
  throw new TypeError(
    `map: expected a list as argument ${index + 1}, got ${typeof value}. For one value for all calls, use unmapped(value).`,
  );
}

/** A list produced by a run of this flow: its elements keep that lineage. */
const madeByRun = (list: object): { source?: object } =>
  (currentContext().run?.flow?.lineage.of(list) ?? []).length > 0 ? { source: list } : {};

/** Objects have a lineage of their own. */
const element = (value: unknown, source: object | undefined): unknown =>
  source === undefined || isObject(value) ? value : new ElementOf(value, source);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
// Strings and bytes are iterable, but are not meant to be mapped over.
const isIterable = (value: unknown): value is Iterable<unknown> =>
  isObject(value) && Symbol.iterator in value && !ArrayBuffer.isView(value);
const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  isObject(value) && Symbol.asyncIterator in value;

async function whole(list: FutureList): Promise<Iterator<unknown>> {
  await FutureList.filled(list);
  return list[Symbol.iterator]();
}

function rows(value: unknown): Iterable<unknown> {
  if (isIterable(value)) return value;
  throw new TypeError(`map: expected a future of a list, got one of ${typeof value}.`);
}

function fillNow(list: FutureList, columns: readonly Column[], submit: Submit): void {
  const lengths = columns.flatMap((column) => (column.kind === "list" ? [column.items.length] : []));
  const [length = 0] = lengths;
  if (lengths.some((other) => other !== length))
    throw new TypeError(`map: expected lists of one length, got ${lengths.join(" and ")}.`);
  for (let index = 0; index < length; index++)
    list.push(
      submit(
        columns.map((column) =>
          column.kind === "list"
            ? element(column.items[index], column.source)
            : column.kind === "same"
              ? column.value
              : undefined,
        ),
      ),
    );
}

async function fillLazily(list: FutureList, columns: readonly Column[], submit: Submit): Promise<void> {
  const readers = await Promise.all(columns.map(read));
  const open = new Opened();
  for (;;) {
    const cells = await Promise.all(readers.map((reader) => reader()));
    const ended = cells.filter((cell) => cell === end).length;
    if (ended > 0) {
      if (cells.every((cell, index) => cell === end || columns[index]?.kind === "same")) return;
      throw new TypeError(`map: expected lists of one length, but one ended after ${list.length}.`);
    }
    const future = submit(cells);
    list.push(future);
    await open.add(future);
  }
}

const end = Symbol("end");
type Reader = () => Promise<unknown>;

async function read(column: Column): Promise<Reader> {
  if (column.kind === "same") return async () => column.value;
  const iterator = column.kind === "list" ? column.items[Symbol.iterator]() : await column.open();
  return async () => {
    const step = await iterator.next();
    return step.done ? end : element(step.value, column.source);
  };
}

/** Counts unfinished futures, and delays adding more than the bound. */
class Opened {
  #count = 0;
  #wake: (() => void) | undefined;

  add(future: Future): Promise<void> | undefined {
    this.#count++;
    Future.slot(future).onEnd(() => {
      this.#count--;
      this.#wake?.();
    });
    if (this.#count < maxOpen) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The run does not end before its input has been read. */
function held(filling: Promise<void>): Promise<void> {
  const { run } = currentContext();
  run?.hold();
  return filling.finally(() => run?.release());
}
