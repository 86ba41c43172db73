import { ApiError, type Client } from "../../client/client.ts";
import { type Log, type LogFilter, logs } from "../../schema/logs.ts";

/** What a link to this view brings back. */
export interface LogViewState {
  /** Lines from this level on; 0 for all. */
  level: number;
  text: string;
  /** Name of the logger, id of the task run, and number of the attempt whose lines are shown; all where it is left out. */
  logger: string | undefined;
  task: string | undefined;
  attempt: number | undefined;
  /** `<time>~<id>` of the line the link points to. */
  line: string | undefined;
  /** Whether the lines of subflows are among them. */
  withSubflows: boolean;
}

export interface Subflows {
  /** Of every subflow, however deep; undefined while they are looked for. */
  runs: ReadonlyMap<string, { name: string }> | undefined;
  /** There are more of them than are shown. */
  isCut: boolean;
}

/** Which lines: of a flow run or a task run, from a level on, with a text in them. */
export interface LogQuery {
  flowRunId?: string | undefined;
  /** Flow runs whose lines stand among those of the first, by time. */
  subflowIds?: readonly string[];
  taskRunId?: string | undefined;
  logger?: string | undefined;
  /** From a moment on, and up to one. */
  after?: string | undefined;
  before?: string | undefined;
  level: number;
  text: string;
}

/** Filters that leave nothing out. */
export const unfiltered = {
  ...{ level: 0, text: "" },
  ...{ logger: undefined, task: undefined, attempt: undefined },
} as const;

export const isFiltered = ({ level, text, logger, task, attempt }: LogViewState): boolean =>
  level > 0 || text !== "" || logger !== undefined || task !== undefined || attempt !== undefined;

const page = 200;
/** Pages that are asked for at the same time. */
const together = 4;
/** Lines that come one by one are shown together. */
const takeInEvery = 60;

/**
 * The lines of a log, of which only those looked at are held. Every line has its place from the start, so a log
 * of a million lines scrolls like a short one.
 */
export class LogLines {
  /** How many lines there are; undefined until the first answer. */
  total: number | undefined;
  /** How many lines were written since the log was opened. */
  added = 0;
  /** Grows with every change. */
  version = 0;
  error: unknown;
  readonly query: LogQuery;
  #client: Client;
  #lines: (Log | undefined)[] = [];
  #asked = new Set<number>();
  #waiting: Log[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The first lines are there and the whole was counted. */
  #isSettled = false;
  #listeners = new Set<() => void>();
  #startAt: "start" | "end";
  #isStarted = false;

  constructor(client: Client, query: LogQuery, startAt: "start" | "end") {
    this.#client = client;
    this.query = query;
    this.#startAt = startAt;
  }

  retry(): void {
    this.error = undefined;
    this.#changed();
    void this.#begin();
  }

  get held(): readonly (Log | undefined)[] {
    return this.#lines;
  }

  line(place: number): Log | undefined {
    return this.#lines[place];
  }

  /** Reads the lines between two places, unless they are held or asked for already. */
  want(from: number, to: number): void {
    if (this.total === undefined) return;
    const last = Math.min(to, this.total - 1);
    for (let part = Math.floor(Math.max(0, from) / page); part * page <= last; part++) {
      if (this.#asked.has(part) || this.#holds(part)) continue;
      this.#asked.add(part);
      void this.#read(part);
    }
  }

  /** The last lines, at most this many, also those that are not held. */
  async last(most: number): Promise<Log[]> {
    const total = this.total ?? 0;
    const parts: number[] = [];
    for (let part = Math.floor(Math.max(0, total - most) / page); part * page < total; part++)
      parts.push(part);
    const rows: Log[] = [];
    while (parts.length > 0) {
      const some = parts.splice(0, together).map(async (part) => {
        const held = this.#lines.slice(part * page, Math.min(total, (part + 1) * page));
        const lines = held.filter((line) => line !== undefined);
        if (lines.length === held.length) return lines;
        return this.#fetch({ sort: "TIMESTAMP_ASC", offset: part * page });
      });
      rows.push(...(await Promise.all(some)).flat());
    }
    return rows.slice(-most);
  }

  /** Lines that were written since; those that are held or do not match are left out. A burst is taken in at once. */
  append(rows: readonly Log[]): void {
    this.#waiting.push(...rows);
    if (!this.#isSettled || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#takeIn(), takeInEvery);
  }

  /** Asks for lines written since the last one held: for servers that do not tell. */
  async poll(): Promise<void> {
    if (!this.#isSettled) return;
    const last = this.#lines.at(-1);
    if (!last && this.total) return this.#recount(this.total);
    const timestamp = last ? { after_: last.timestamp } : undefined;
    this.append(await this.#fetch({ sort: "TIMESTAMP_ASC", offset: 0, timestamp }));
  }

  /** The place of the line with this id, written at this time. */
  async placeOf(id: string, timestamp: string): Promise<number | undefined> {
    const held = this.#lines.findIndex((line) => line?.id === id);
    if (held >= 0) return held;
    const filter = filterOf(this.query);
    const before = await countLines(this.#client, {
      ...filter,
      timestamp: { ...filter.timestamp, before_: timestamp },
    });
    // `before_` includes the moment itself, so the line is at or shortly before that place.
    const from = Math.max(0, before - 50);
    this.want(from, before + 50);
    return Math.max(0, before - 1);
  }

  /** Reading begins with the first listener; one that comes back later is told what was written meanwhile. */
  readonly onChange = (listener: () => void): (() => void) => {
    if (!this.#isStarted) void this.#begin();
    else if (this.#listeners.size === 0) void this.poll().catch(() => undefined);
    this.#isStarted = true;
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  async #begin(): Promise<void> {
    const startAt = this.#startAt;
    try {
      const sort = startAt === "end" ? "TIMESTAMP_DESC" : "TIMESTAMP_ASC";
      const rows = await this.#fetch({ sort, offset: 0 });
      if (startAt === "end") rows.reverse();
      // What came is shown at once; where it stands in the whole is known when the whole was counted.
      this.#put(0, rows);
      this.#changed();
      if (rows.length === page)
        this.#widen(startAt, rows, await countLines(this.#client, filterOf(this.query)));
    } catch (error) {
      this.error = error;
    }
    this.#isSettled = true;
    this.#takeIn();
    this.#changed();
  }

  #takeIn(): void {
    this.#timer = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    const known = new Set(this.#lines.slice(-5 * page).map((line) => line?.id));
    const added: Log[] = [];
    for (const row of rows) {
      if (known.has(row.id) || !matches(row, this.query)) continue;
      known.add(row.id);
      added.push(row);
    }
    if (added.length === 0) return;
    for (const row of added) this.#insert(row);
    this.total = (this.total ?? 0) + added.length;
    this.added += added.length;
    this.#changed();
  }

  /** Of a log whose end is not held: only how long it is. */
  async #recount(before: number): Promise<void> {
    this.total = Math.max(before, await countLines(this.#client, filterOf(this.query)));
    this.#lines.length = this.total;
    this.#changed();
  }

  #widen(startAt: "start" | "end", rows: readonly Log[], total: number): void {
    this.total = Math.max(total, rows.length);
    this.#lines = new Array(this.total);
    this.#put(startAt === "end" ? this.total - rows.length : 0, rows);
  }

  async #read(part: number): Promise<void> {
    try {
      this.#put(part * page, await this.#fetch({ sort: "TIMESTAMP_ASC", offset: part * page }));
    } catch {
      // Asked for again when it comes into view again.
      this.#asked.delete(part);
    }
    this.#changed();
  }

  #fetch({ sort, offset, timestamp }: Wanted): Promise<Log[]> {
    const own = filterOf(this.query);
    const filter = timestamp ? { ...own, timestamp: { ...own.timestamp, ...timestamp } } : own;
    return this.#client.call(logs.filter, { logs: filter, sort, offset, limit: page });
  }

  #put(from: number, rows: readonly Log[]): void {
    for (const [place, row] of rows.entries()) this.#lines[from + place] = row;
    this.total = Math.max(this.total ?? 0, from + rows.length);
    if (this.#lines.length < this.total) this.#lines.length = this.total;
  }

  #holds(part: number): boolean {
    const last = Math.min((part + 1) * page, this.total ?? 0);
    for (let place = part * page; place < last; place++) if (this.#lines[place] === undefined) return false;
    return true;
  }

  /** Processes send their lines in portions, so one may come after a later one of another process. */
  #insert(row: Log): void {
    let place = this.#lines.length;
    while (place > 0 && (this.#lines[place - 1]?.timestamp ?? "") > row.timestamp) place--;
    this.#lines.splice(place, 0, row);
  }

  #changed(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}

const shared = new WeakMap<Client, Map<string, LogLines>>();
const mostShared = 12;

/** The same lines for everyone who asks the same, so that two parts of a page read a log once. */
export function linesFor(client: Client, query: LogQuery, startAt: "start" | "end"): LogLines {
  const known = shared.get(client) ?? new Map<string, LogLines>();
  shared.set(client, known);
  const key = JSON.stringify([filterOf(query), startAt]);
  const lines = known.get(key) ?? new LogLines(client, query, startAt);
  known.delete(key);
  known.set(key, lines);
  const [oldest] = known.keys();
  if (known.size > mostShared && oldest !== undefined) known.delete(oldest);
  return lines;
}

interface Wanted {
  sort: "TIMESTAMP_ASC" | "TIMESTAMP_DESC";
  offset: number;
  timestamp?: { after_: string } | undefined;
}

export function filterOf(query: LogQuery): LogFilter {
  const { flowRunId, subflowIds = [], taskRunId, level, text, logger, after, before } = query;
  return {
    ...(flowRunId ? { flow_run_id: { any_: [flowRunId, ...subflowIds] } } : {}),
    ...(taskRunId ? { task_run_id: { any_: [taskRunId] } } : {}),
    ...(level > 0 ? { level: { ge_: level } } : {}),
    ...(text ? { text: { query: quoted(text) } } : {}),
    ...(logger ? { name: { any_: [logger] } } : {}),
    ...(after || before
      ? { timestamp: { ...(after && { after_: after }), ...(before && { before_: before }) } }
      : {}),
  };
}

/** The server takes words as alternatives and signs as operators; what is typed here is meant as it stands. */
const quoted = (text: string): string => `"${text.replaceAll('"', " ").trim().slice(0, 190)}"`;

export function matches(row: Log, query: LogQuery): boolean {
  const { flowRunId, subflowIds, taskRunId, level, text, logger, after, before } = query;
  const isOfSubflow = row.flow_run_id !== null && subflowIds?.includes(row.flow_run_id);
  if (flowRunId && row.flow_run_id !== flowRunId && !isOfSubflow) return false;
  if (taskRunId && row.task_run_id !== taskRunId) return false;
  if (logger && row.name !== logger) return false;
  if ((after && row.timestamp < after) || (before && row.timestamp > before)) return false;
  return (
    row.level >= level && row.message.toLowerCase().includes(text.replaceAll('"', " ").trim().toLowerCase())
  );
}

/** How many lines match, asked of our own server; another one is probed for the end, in some 20 small requests for a million lines. */
async function countLines(client: Client, filter: LogFilter): Promise<number> {
  try {
    return await client.call(logs.count, { logs: filter });
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 405))
      return probeEnd(client, filter);
    throw error;
  }
}

async function probeEnd(client: Client, filter: LogFilter): Promise<number> {
  const exists = async (place: number) => {
    const rows = await client.call(logs.filter, {
      logs: filter,
      sort: "TIMESTAMP_ASC",
      offset: place,
      limit: 1,
    });
    return rows.length > 0;
  };
  let known = 0;
  let beyond = page * 2;
  while (await exists(beyond)) {
    known = beyond;
    beyond *= 4;
  }
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2);
    if (await exists(middle)) known = middle;
    else beyond = middle;
  }
  return (await exists(known)) ? known + 1 : 0;
}
