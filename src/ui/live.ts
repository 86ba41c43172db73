import type { QueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useSyncExternalStore } from "react";
import { connectLive, type Live, type LiveStatus } from "../client/live.ts";
import { admin, server } from "../schema/admin.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import type { Change, Scope } from "../schema/live.ts";
import type { Api } from "./api.ts";
import type { PrefectChannel } from "./prefect/channel.ts";
import { nounsTouchedBy } from "./touched-nouns.ts";

/** How fresh the screen is. `polling`: the server tells of no changes, so what is visible is read every 5 s. */
export type Freshness = "live" | "behind" | "offline" | "polling";

export interface LiveHub {
  readonly status: Freshness;
  /** Place in the server's log of changes up to which the screen is right. */
  readonly seq: number | null;
  /** Resolves when changes are heard, or are not soon: what is read before may miss some. */
  readonly opened: Promise<void>;
  onStatus(listener: () => void): () => void;
  /** Listens to these scopes until stopped; `onChange` gets each change of them. */
  listen(scopes: readonly Scope[], onChange?: (change: Change) => void): () => void;
  /** Calls at most once a second after something about this noun may have changed. */
  onTouched(noun: string, listener: () => void): () => void;
  close(): void;
}

/** Queries may say in `meta` how live changes reach them. */
export type LiveMeta = {
  /** `patch`: rows change in place, but the list is never read again by itself. `none`: left alone. */
  live?: "patch" | "none";
};

type Row = { id: string; updated?: string | null };
const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";

/** The one way a change reaches the screen: rows that are cached anywhere take the newer row's place. */
export function applyEvent(queries: QueryClient, change: Change): void {
  for (const cached of queries.getQueryCache().findAll({ queryKey: [change.noun] })) {
    if (liveMeta(cached.meta) === "none") continue;
    const { data, dataUpdatedAt } = cached.state;
    const patched = patch(data, change, liveMeta(cached.meta) !== "patch");
    if (patched !== data) queries.setQueryData(cached.queryKey, patched, { updatedAt: dataUpdatedAt });
  }
}

/** The same data with the changed row in it; the very same object when nothing in it changes. */
function patch(data: unknown, change: Change, mayRemove: boolean): unknown {
  if (Array.isArray(data)) return patchList(data, change, mayRemove);
  if (isRow(data) && data.id === change.id) return newer(data, change);
  if (typeof data !== "object" || data === null) return data;
  for (const holder of ["results", "pages"] as const) {
    if (!(holder in data)) continue;
    const list: unknown = Reflect.get(data, holder);
    const next = patch(list, change, mayRemove);
    return next === list ? data : { ...data, [holder]: next };
  }
  return data;
}

function patchList(list: unknown[], change: Change, mayRemove: boolean): unknown[] {
  if (Array.isArray(list[0]) || (isHolder(list[0]) && !isRow(list[0]))) {
    const next = list.map((part) => patch(part, change, mayRemove));
    return next.some((part, index) => part !== list[index]) ? next : list;
  }
  const index = list.findIndex((row) => isRow(row) && row.id === change.id);
  if (index < 0) return list;
  if (change.kind === "deleted") return mayRemove ? list.toSpliced(index, 1) : list;
  const row = newer(list[index] as Row, change);
  return row === list[index] ? list : list.with(index, row);
}

const isHolder = (value: unknown) => typeof value === "object" && value !== null && "results" in value;

function newer(cached: Row, change: Change): Row {
  if (!change.row) return cached;
  const updated = String(change.row.updated ?? "");
  // A Prefect server may write an older state later than it tells of a newer one.
  const isNewer = updated >= (cached.updated ?? "") || stateTime(change.row) > stateTime(cached);
  return isNewer ? { ...cached, ...change.row } : cached;
}

const stateTime = (row: object): number => Date.parse("state" in row ? Object(row.state).timestamp : "") || 0;

const liveMeta = (meta: unknown): LiveMeta["live"] => (meta as LiveMeta | undefined)?.live;

const wholeNouns: readonly Scope[] = [{ noun: "flows" }, { noun: "flow-runs" }];
const pollEvery = 5_000;
/** Events of a Prefect server may be lost, and it has none of some changes. */
const catchUpEvery = 60_000;
/** A page does not wait longer for a stream of events to open. */
const openedWithin = 500;
/** Nouns whose rows a Prefect server tells, or are read when it tells of them; of all others only that they changed. */
const prefectRows: ReadonlySet<string> = new Set(["flow-runs", "task-runs"]);
const readAgainEvery = 1_000;
/** Lists of a Prefect server are computed anew for each reader. */
const readPrefectAgainEvery = 2_000;

/** One channel for the whole dashboard: patches the cache, and has lists read again at most once a second. */
export function startLive(api: Api): LiveHub {
  const statusListeners = new Set<() => void>();
  const scoped = new Set<{ scopes: readonly Scope[]; onChange?: ((change: Change) => void) | undefined }>();
  const { touchListeners } = api;
  let status: Freshness = "behind";
  // What failed while the server was away has no rows that changes could reach.
  const failed = () =>
    void api.queries.invalidateQueries({ predicate: (cached) => cached.state.status === "error" });
  const setStatus = (next: Freshness) => {
    if (next === status) return;
    status = next;
    if (next === "live") failed();
    for (const listener of statusListeners) listener();
  };

  const every = api.info ? readAgainEvery : readPrefectAgainEvery;
  const isTold = (noun: string) => api.info !== null || prefectRows.has(noun);
  const touched = throttle(every, (nouns: ReadonlySet<string>) => {
    const all = new Set([...nouns].flatMap(nounsTouchedBy));
    void api.queries.invalidateQueries({ predicate: (cached) => mayBeOld(cached, all, isTold) });
    for (const noun of nouns) for (const listener of touchListeners.get(noun) ?? []) listener();
  });
  const everything = () => {
    void api.queries.invalidateQueries({ predicate: (cached) => liveMeta(cached.meta) === undefined });
    failed();
    for (const listeners of touchListeners.values()) for (const listener of listeners) listener();
  };
  const apply = (changes: Change[]) => {
    for (const change of changes) {
      applyEvent(api.queries, change);
      for (const { scopes, onChange } of scoped)
        if (onChange && scopes.some((scope) => covers(scope, change))) onChange(change);
    }
  };
  const receive = (changes: Change[]) => {
    apply(changes);
    for (const { noun } of changes) touched(noun);
  };

  const channel = api.info
    ? openChannel(api, receive, everything, setStatus)
    : openEvents(api, { apply, touched, everything, setStatus });
  const ask = () => channel.subscribe(distinct([...wholeNouns, ...[...scoped].flatMap((one) => one.scopes)]));
  ask();

  return {
    get status() {
      return status;
    },
    get seq() {
      return channel.seq;
    },
    opened: channel.opened,
    onStatus: (listener) => added(statusListeners, listener),
    listen(scopes, onChange) {
      const one = { scopes, onChange };
      scoped.add(one);
      ask();
      return () => {
        scoped.delete(one);
        ask();
      };
    },
    onTouched(noun, listener) {
      const listeners = touchListeners.get(noun) ?? new Set();
      touchListeners.set(noun, listeners);
      return added(listeners, listener);
    },
    close: () => channel.close(),
  };
}

/** Tells of changes of whatever is subscribed to. */
interface Channel extends Live {
  readonly opened: Promise<void>;
}

interface Receivers {
  apply: (changes: Change[]) => void;
  touched: (noun: string) => void;
  everything: () => void;
  setStatus: (status: Freshness) => void;
}

/**
 * Changes of a Prefect server, out of its events. Where it has no such stream, or none reaches this page, what is visible is
 * read every few seconds; where it has, once a minute, for what events do not tell.
 */
function openEvents(api: Api, { apply, touched, everything, setStatus }: Receivers): Channel {
  let channel: PrefectChannel | undefined;
  let scopes: readonly Scope[] = [];
  let isClosed = false;
  let wasLive = false;
  let isTold = false;
  let mayHaveMissed = false;
  let readAt = Date.now();
  const opened = Promise.withResolvers<void>();
  const late = setTimeout(() => {
    mayHaveMissed = true;
    opened.resolve();
  }, openedWithin);
  const readAll = () => {
    readAt = Date.now();
    everything();
  };
  const onStatus = async (next: LiveStatus) => {
    if (next === "live") {
      isTold = true;
      setStatus("live");
      if (mayHaveMissed) readAll();
      wasLive = true;
      mayHaveMissed = true;
      clearTimeout(late);
      opened.resolve();
    } else if (next === "offline" && isTold) {
      isTold = false;
      setStatus("behind");
    }
    if (next !== "offline") return;
    mayHaveMissed = true;
    opened.resolve();
    await new Promise((resolve) => setTimeout(resolve, wasLive ? 3_000 : 0));
    if (isTold || isClosed) return;
    const isThere = await api.client.call(admin.health, {}).catch(() => false);
    if (!isTold && !isClosed) setStatus(isThere ? "polling" : "offline");
  };
  const timer = setInterval(() => {
    const due = readAt + (isTold ? catchUpEvery : pollEvery);
    if (!document.hidden && Date.now() >= due) readAll();
  }, 1_000);
  void import("./prefect/channel.ts").then(({ openPrefectChannel }) => {
    if (isClosed) return;
    channel = openPrefectChannel({
      ...{ api, onChanges: apply, onTouched: touched },
      onStatus: (next) => void onStatus(next),
      onRefused: () => void api.client.call(flowRuns.count, {}).catch(() => {}),
    });
    channel.subscribe(scopes);
  });
  return {
    seq: null,
    opened: opened.promise,
    subscribe(next) {
      scopes = next;
      channel?.subscribe(next);
    },
    close() {
      isClosed = true;
      clearTimeout(late);
      clearInterval(timer);
      channel?.close();
    },
  };
}

function openChannel(
  api: Api,
  onChanges: (changes: Change[]) => void,
  onReset: () => void,
  setStatus: (status: Freshness) => void,
): Channel {
  let wait: ReturnType<typeof setTimeout> | undefined;
  const live = connectLive({
    baseUrl: api.client.baseUrl,
    authString: api.authString ?? undefined,
    // Whatever is on the screen was read after the info was.
    ...(api.info ? { since: api.info.seq } : {}),
    onChanges,
    onReset,
    // Whether a session has ended shows a request, which then leads to the form.
    onRefused: () => void api.client.call(server.info, {}).catch(() => {}),
    onStatus: (status) => {
      if (status === "live") {
        clearTimeout(wait);
        wait = undefined;
        return setStatus("live");
      }
      // Counted from the loss: each attempt to open the channel again would begin anew, and the page would flicker.
      if (wait !== undefined) return;
      // A short loss is repaired by resuming; only a long one is worth a red dot.
      setStatus("behind");
      wait = setTimeout(() => setStatus("offline"), 3_000);
    },
  });
  return {
    get seq() {
      return live.seq;
    },
    opened: Promise.resolve(),
    subscribe: live.subscribe,
    close: live.close,
  };
}

/** Lists and figures of these nouns; and single rows whose reading may have begun before the change. */
function mayBeOld(
  cached: { queryKey: readonly unknown[]; meta: unknown; state: { fetchStatus: string } },
  nouns: Set<string>,
  isTold: (noun: string) => boolean,
) {
  const noun = String(cached.queryKey[0]);
  if (!nouns.has(noun) || liveMeta(cached.meta) !== undefined) return false;
  return cached.queryKey[1] !== "read" || cached.state.fetchStatus === "fetching" || !isTold(noun);
}

function covers(scope: Scope, { noun, row, id }: Change): boolean {
  if (scope.noun !== noun) return false;
  return (
    !scope.flow_run_id || row === null || row.flow_run_id === scope.flow_run_id || id === scope.flow_run_id
  );
}

const distinct = (scopes: Scope[]): Scope[] => [
  ...new Map(scopes.map((scope) => [JSON.stringify(scope), scope])).values(),
];

function added<T>(listeners: Set<T>, listener: T) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Collects names and hands them on at once after quiet, then at most every `ms`. */
function throttle(ms: number, act: (names: ReadonlySet<string>) => void) {
  let names = new Set<string>();
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    last = Date.now();
    const batch = names;
    names = new Set();
    act(batch);
  };
  return (name: string) => {
    names.add(name);
    // Even the first waits a little, so that the changes of one frame make one request.
    if (timer === undefined) timer = setTimeout(flush, Math.max(50, last + ms - Date.now()));
  };
}

export const LiveContext = createContext<LiveHub | null>(null);
const nothing = () => {};

/** How fresh the screen is, for the dot in the navigation. */
export function useFreshness(): Freshness {
  const hub = use(LiveContext);
  return useSyncExternalStore(
    (listener) => hub?.onStatus(listener) ?? nothing,
    () => hub?.status ?? "offline",
  );
}

/** Whether changes are told; where they are not, what may change has to be read again and again. */
export const useIsTold = (): boolean => useFreshness() !== "polling";

/** Hears the changes of these scopes while mounted. `onChange` should be stable (useCallback or useEffectEvent). */
export function useScopes(scopes: readonly Scope[], onChange?: (change: Change) => void): void {
  const hub = use(LiveContext);
  const key = JSON.stringify(scopes);
  useEffect(() => hub?.listen(JSON.parse(key), onChange), [hub, key, onChange]);
}

/** Calls, at most once a second, after rows of this noun may have changed. */
export function useTouched(noun: string, listener: () => void): void {
  const hub = use(LiveContext);
  useEffect(() => hub?.onTouched(noun, listener), [hub, noun, listener]);
}

/** No change has this noun, so it is touched only when everything is. */
const missed = "missed";

/** Calls when changes may have been missed, so that what only changes in place has to be read again. */
export const useMissed = (listener: () => void): void => useTouched(missed, listener);
