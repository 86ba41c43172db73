import type { ReactNode } from "react";
import { cx } from "../kit/cx.ts";
import { useNow } from "../kit/now.ts";
import { Link } from "../kit/router.tsx";
import type { Column } from "../kit/table/table.tsx";
import { withoutAnsi } from "../log-view/ansi.ts";
import { levelClass, levelName, lineKey } from "../log-view/row.tsx";
import { runPath } from "../parts/runs/run-link.tsx";
import { Zone } from "../parts/time/time.tsx";
import { absolute, dated, short, timeOf } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import type { LogRow } from "./source.ts";

/** As the menu of columns names them. */
export const columnNames = [
  { key: "time", label: "Time" },
  { key: "level", label: "Level" },
  { key: "run", label: "Run" },
  { key: "task", label: "Task" },
  { key: "logger", label: "Logger" },
  { key: "message", label: "Message" },
] as const;

/** Id of the line whose surroundings are open. */
type Marked = string | undefined;

export const wideColumns = (marked: Marked): readonly Column<LogRow>[] => [
  {
    key: "time",
    head: (
      <>
        Time, <Zone />
      </>
    ),
    width: "132px",
    className: "pl-3",
    cell: (row) => <LineTime row={row} isMarked={row.id === marked} />,
  },
  { key: "level", head: "Level", width: "74px", cell: (row) => <Level row={row} /> },
  { key: "run", head: "Flow, run", width: "minmax(140px, 0.55fr)", cell: (row) => <Run row={row} /> },
  { key: "task", head: "Task", width: "minmax(90px, 0.3fr)", cell: (row) => <Task row={row} /> },
  {
    key: "logger",
    head: "Logger",
    width: "128px",
    cell: ({ log }) => (
      <span className="block truncate font-mono text-xs text-faint" title={log.name}>
        {log.name}
      </span>
    ),
  },
  { key: "message", head: "Message", width: "minmax(200px, 1.8fr)", cell: (row) => <Message row={row} /> },
];

/** One column of two lines, for a phone. */
export const narrowColumns = (marked: Marked): readonly Column<LogRow>[] => [
  {
    key: "line",
    head: "Line",
    width: "minmax(0, 1fr)",
    cell: (row) => (
      <span className="block pl-1">
        <span className="flex items-center gap-2 text-xs">
          <LineTime row={row} isMarked={row.id === marked} />
          <Level row={row} />
          <span className="min-w-0 flex-1">
            <Run row={row} />
          </span>
        </span>
        <Message row={row} />
      </span>
    ),
  },
];

function LineTime({ row: { log }, isMarked }: { row: LogRow; isMarked: boolean }) {
  const { zone } = useSettings();
  const now = useNow(60);
  const ms = timeOf(log.timestamp);
  const day = short(ms, zone, now) === dated(ms, zone) ? dated(ms, zone).replace(/[\d:]+$/, "") : "";
  const clock = /\d\d:\d\d:\d\d\.\d+/.exec(absolute(ms, zone))?.[0];
  return (
    <time
      dateTime={log.timestamp}
      title={absolute(ms, zone)}
      className={cx("font-mono text-xs", isMarked ? "font-strong text-accent" : "text-muted")}
    >
      {day}
      {clock}
    </time>
  );
}

function Level({ row: { log } }: { row: LogRow }) {
  const name = levelName(log.level);
  return <span className={cx("text-xs", levelClass[name])}>{name}</span>;
}

/** Leads to the line in the log of its run. */
function Run({ row: { log, flow_run } }: { row: LogRow }): ReactNode {
  if (!flow_run) return <span className="text-faint">–</span>;
  const path = `${runPath({ kind: "flow-run", id: flow_run.id })}?${new URLSearchParams({ line: lineKey(log) })}`;
  return (
    <Link
      to={path}
      tabIndex={-1}
      title={`Open this line in ${flow_run.name}`}
      className="block truncate text-muted hover:underline"
    >
      <span className="text-fg">{flow_run.flow_name}</span> {flow_run.name}
    </Link>
  );
}

const Task = ({ row: { task_run } }: { row: LogRow }) => (
  <span className="block truncate text-muted" title={task_run?.name}>
    {task_run?.name ?? ""}
  </span>
);

/** More of a long message could not be seen in a line. */
const longest = 600;

function Message({ row: { log, ranges } }: { row: LogRow }) {
  const isLoud = log.level >= 40;
  const [first = ""] = log.message.slice(0, longest).split("\n", 1);
  const hasEscapes = first.includes("\u001b");
  return (
    <span
      className={cx("block truncate font-mono text-xs", isLoud ? "text-failed" : "text-fg")}
      title={log.message.slice(0, longest)}
    >
      {hasEscapes ? withoutAnsi(first) : <Words text={first} ranges={ranges} />}
      {log.message.length > first.length && <span className="text-faint"> …</span>}
    </span>
  );
}

/** The text with the words that were searched for marked in it. */
function Words({ text, ranges }: { text: string; ranges: LogRow["ranges"] }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from >= text.length) break;
    parts.push(text.slice(at, from));
    parts.push(
      <mark key={from} className="rounded-[2px] bg-late/35 text-inherit">
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  return [...parts, text.slice(at)];
}
