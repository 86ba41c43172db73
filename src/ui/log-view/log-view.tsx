import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Change, Scope } from "../../schema/live.ts";
import { Log } from "../../schema/logs.ts";
import { useApi, useIsPraetor } from "../api.ts";
import { Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { useScopes } from "../live.ts";
import { useSettings } from "../settings.ts";
import { type AttemptSpan, LogFilters } from "./filters.tsx";
import {
  isFiltered,
  type LogLines,
  type LogQuery,
  type LogViewState,
  linesFor,
  type Subflows,
  unfiltered,
} from "./lines.ts";
import { LogRow, lineKey } from "./row.tsx";
import { LogTools } from "./tools.tsx";
import { useLineKeys } from "./use-line-keys.ts";

interface Props {
  flowRunId: string;
  /** Only the lines of this task run. */
  taskRunId?: string | undefined;
  /** Lines may still be written. */
  isLive: boolean;
  startAt: "start" | "end";
  state: LogViewState;
  onState: (patch: Partial<LogViewState>) => void;
  taskName: (taskRunId: string) => string | undefined;
  onTask?: (taskRunId: string, flowRunId?: string) => void;
  /** Where the run has subflows, whose lines can stand among its own. */
  subflows?: Subflows | undefined;
  /** Where the run was attempted several times. */
  attempts?: readonly AttemptSpan[] | undefined;
  /** Said where there is no line at all. */
  empty: ReactNode;
}

const noIds: readonly string[] = [];

/** The log of a run, however long: searched on the server, followed live, and never moved under the reader's eyes. */
export function LogView(props: Props) {
  const { flowRunId, taskRunId, isLive, state } = props;
  const [startAt] = useState(props.startAt);
  const runs = props.subflows?.runs;
  const subflowIds = useMemo(
    () => (state.withSubflows && runs ? [...runs.keys()] : noIds),
    [state.withSubflows, runs],
  );
  const of = { flowRunId, subflowIds, taskRunId, startAt };
  const attempt = props.attempts?.find(({ number }) => number === state.attempt);
  const whole = useLogLines({ ...of, level: 0, text: "" });
  const filtered = useLogLines({
    ...{ ...of, level: state.level, text: state.text, logger: state.logger },
    ...{ taskRunId: taskRunId ?? state.task, after: attempt?.from, before: attempt?.to },
  });
  const isNarrowed = isFiltered(state);
  const shown = isNarrowed ? filtered : whole;
  const isPraetor = useIsPraetor();
  const toldAt = useTold({ runIds: [flowRunId, ...subflowIds], isHeard: isPraetor || isLive }, whole, shown);
  usePolling(isLive, shown, toldAt);
  const hidden =
    isNarrowed && whole.total !== undefined && shown.total !== undefined ? whole.total - shown.total : 0;
  const { line: _, ...filters } = state;
  const key = JSON.stringify([flowRunId, taskRunId, filters, subflowIds.length]);
  return (
    <section aria-label="Logs" className="flex min-h-0 flex-1 flex-col">
      <LogTools
        {...{ flowRunId, state, hidden }}
        onState={props.onState}
        lines={shown}
        subflows={props.subflows}
      />
      {isPraetor && (
        <LogFilters
          {...{ taskRunId, state, attempt }}
          flowRunIds={[flowRunId, ...subflowIds]}
          attempts={props.attempts ?? []}
          total={whole.total}
          onState={props.onState}
        />
      )}
      {shown.error !== undefined ? (
        <Failed what="The log" error={shown.error} onRetry={() => shown.retry()} />
      ) : shown.total === undefined ? (
        <SkeletonRows rows={6} label="Loading the log" />
      ) : shown.total === 0 ? (
        <NoLines {...{ isNarrowed, hidden }} empty={props.empty} onState={props.onState} />
      ) : (
        <Lines key={key} {...props} startAt={startAt} lines={shown} />
      )}
    </section>
  );
}

interface Wanted extends LogQuery {
  startAt: "start" | "end";
}

export function useLogLines({
  flowRunId,
  subflowIds = noIds,
  taskRunId,
  level,
  text,
  logger,
  after,
  before,
  startAt,
}: Wanted): LogLines {
  const { client } = useApi();
  const lines = useMemo(
    () => linesFor(client, { flowRunId, subflowIds, taskRunId, level, text, logger, after, before }, startAt),
    [client, flowRunId, subflowIds, taskRunId, level, text, logger, after, before, startAt],
  );
  useSyncExternalStore(lines.onChange, () => lines.version);
  return lines;
}

interface Heard {
  runIds: readonly string[];
  isHeard: boolean;
}

/** Takes in lines as they are told, and remembers when that was last. */
function useTold({ runIds, isHeard }: Heard, whole: LogLines, shown: LogLines): RefObject<number> {
  const toldAt = useRef(0);
  useScopes(
    isHeard ? runIds.map((id): Scope => ({ noun: "logs", flow_run_id: id })) : [],
    useCallback(
      (change: Change) => {
        toldAt.current = Date.now();
        const rows = logsIn(change);
        whole.append(rows);
        if (shown !== whole) shown.append(rows);
      },
      [whole, shown],
    ),
  );
  return toldAt;
}

const logsIn = ({ row }: Change): Log[] => {
  const parsed = Log.safeParse(row);
  return parsed.success ? [parsed.data] : [];
};

const pollEvery = 3_000;
const catchUpEvery = 60_000;

/**
 * New lines of a Prefect server are asked for while there may be some: every few seconds, for such servers publish none unless
 * their settings say so; rarely once lines were told, of which some may be lost.
 */
function usePolling(isLive: boolean, lines: LogLines, toldAt: RefObject<number>): void {
  const isPraetor = useIsPraetor();
  useEffect(() => {
    if (isPraetor || !isLive) return;
    let polledAt = 0;
    const timer = setInterval(() => {
      const every = toldAt.current > 0 ? catchUpEvery : pollEvery;
      if (document.hidden || Date.now() - polledAt < every) return;
      polledAt = Date.now();
      void lines.poll().catch(() => undefined);
    }, pollEvery);
    return () => {
      clearInterval(timer);
      // The lines of the end, whether they were told or not.
      void lines.poll().catch(() => undefined);
    };
  }, [isPraetor, isLive, lines, toldAt]);
}

interface NoLinesProps extends Pick<Props, "empty" | "onState"> {
  isNarrowed: boolean;
  hidden: number;
}

function NoLines({ isNarrowed, hidden, empty, onState }: NoLinesProps) {
  if (!isNarrowed) return empty;
  return (
    <p className="px-3 py-4 text-muted">
      None of the {hidden.toLocaleString("en")} lines match.{" "}
      <button type="button" className="text-accent hover:underline" onClick={() => onState(unfiltered)}>
        Show all
      </button>
    </p>
  );
}

/** Up to this many lines are all mounted, so that the browser's own search and selection work on them. */
const mountedWhole = 400;

function Lines(props: Props & { lines: LogLines }) {
  const { lines, state, onState, onTask, startAt } = props;
  const { zone } = useSettings();
  const total = lines.total ?? 0;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => 21,
    overscan: total <= mountedWhole ? total : 30,
    getItemKey: (place) => lines.line(place)?.id ?? place,
  });
  const visible = list.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => lines.want(first, last), [lines, first, last]);
  const { unseen, onScroll, follow } = useTail({
    scroller,
    total,
    added: lines.added,
    startAt,
    toEnd: () => list.scrollToIndex(total - 1),
  });
  const marked = state.line?.split("~")[1];
  useMarkedLine(lines, state.line, (place) => list.scrollToIndex(place, { align: "center" }));
  const onKey = useLineKeys({ scroller, total, first, show: (place) => list.scrollToIndex(place) });
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        role="log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes the keyboard
        tabIndex={0}
        onKeyDown={onKey}
        aria-label={`${total} lines`}
        aria-live="off"
        className="h-full overflow-x-hidden overflow-y-auto py-1 outline-offset-[-2px]"
      >
        <div className="relative" style={{ height: list.getTotalSize() }}>
          {visible.map(({ index, start, key }) => {
            const log = lines.line(index);
            return (
              <div
                key={key}
                ref={list.measureElement}
                data-index={index}
                tabIndex={-1}
                className="absolute inset-x-0 min-h-[21px] outline-offset-[-2px]"
                style={{ transform: `translateY(${start}px)` }}
              >
                {log && (
                  <LogRow
                    {...{ log, zone, onTask }}
                    task={writerOf(log, props)}
                    search={state.text}
                    isMarked={log.id === marked}
                    tabIndex={-1}
                    onLink={(one) => onState({ line: lineKey(one) })}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {unseen > 0 && (
        <button
          type="button"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full bg-fg px-3 py-1 text-xs text-on-ink shadow-pop"
          onClick={follow}
        >
          {unseen.toLocaleString("en")} new {unseen === 1 ? "line" : "lines"} below
        </button>
      )}
    </div>
  );
}

/** The task that wrote a line, and before it the subflow; undefined where the whole view is of it. */
function writerOf({ flow_run_id, task_run_id }: Log, { flowRunId, taskRunId, taskName, subflows }: Props) {
  if (taskRunId) return undefined;
  const isOwn = flow_run_id === null || flow_run_id === flowRunId;
  const run = isOwn ? undefined : (subflows?.runs?.get(flow_run_id)?.name ?? "subflow");
  const task = task_run_id ? taskName(task_run_id) : undefined;
  return [run, task].filter((name) => name !== undefined).join(" / ") || undefined;
}

interface Tail {
  scroller: RefObject<HTMLDivElement | null>;
  total: number;
  /** Lines written since the log was opened. */
  added: number;
  startAt: "start" | "end";
  toEnd: () => void;
}

/** Follows new lines only while the reader is at the end; else counts them. */
function useTail({ scroller, total, added, startAt, toEnd }: Tail) {
  const atEnd = useRef(startAt === "end");
  const lastTop = useRef(0);
  const [seen, setSeen] = useState(added);
  const scrollToEnd = useEffectEvent(toEnd);
  useEffect(() => {
    if (atEnd.current && total > 0) scrollToEnd();
  }, [total]);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop } = element;
    // Lines that came since the last scroll also leave a gap: only who scrolls up leaves the end.
    if (element.scrollHeight - scrollTop - element.clientHeight < 30) atEnd.current = true;
    else if (scrollTop < lastTop.current) atEnd.current = false;
    lastTop.current = scrollTop;
    if (atEnd.current) setSeen(added);
  };
  const follow = () => {
    atEnd.current = true;
    setSeen(added);
    toEnd();
  };
  return { unseen: atEnd.current ? 0 : Math.max(0, added - seen), onScroll, follow };
}

/** Brings the line of the link into view, once for each link. */
function useMarkedLine(lines: LogLines, link: string | undefined, show: (place: number) => void): void {
  const shown = useRef<string | undefined>(undefined);
  const scrollTo = useEffectEvent(show);
  useEffect(() => {
    if (!link || shown.current === link) return;
    const [time = "", id = ""] = link.split("~");
    const isFirst = shown.current === undefined;
    shown.current = link;
    // A click on a line in view marks it; only a link that was opened has to be looked for.
    if (!isFirst) return;
    void lines.placeOf(id, time).then((place) => place !== undefined && scrollTo(place));
  }, [lines, link]);
}
