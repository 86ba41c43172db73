import { memo, useState } from "react";
import type { Log } from "../../schema/logs.ts";
import { cx } from "../kit/cx.ts";
import { type Piece, piecesOf } from "./log-view-ansi.ts";
import { absolute, timeOf } from "./times.ts";

export const levelName = (level: number): string =>
  level >= 50 ? "critical" : level >= 40 ? "error" : level >= 30 ? "warning" : level >= 20 ? "info" : "debug";

const levelLook: Record<string, string> = {
  critical: "text-crashed",
  error: "text-failed",
  warning: "text-late",
  info: "text-muted",
  debug: "text-faint",
};

const shortName: Record<string, string> = {
  critical: "crit",
  error: "err",
  warning: "warn",
  info: "info",
  debug: "dbg",
};

/** A message of more lines than this is cut until it is opened, so that one stack does not hide the others. */
const mostLines = 14;

interface Props {
  log: Log;
  zone: string;
  /** Name of the task that wrote it; undefined where the whole view is of one task. */
  task: string | undefined;
  search: string;
  isMarked: boolean;
  onTask: ((taskRunId: string) => void) | undefined;
  onLink: (log: Log) => void;
}

export const LogRow = memo(({ log, zone, task, search, isMarked, onTask, onLink }: Props) => {
  const name = levelName(log.level);
  const time = absolute(timeOf(log.timestamp), zone);
  const isLoud = log.level >= 40;
  return (
    <div
      className={cx(
        "group grid grid-cols-[auto_auto_1fr] gap-x-2 border-l-2 py-px pr-3 pl-2 font-mono text-xs leading-[19px] hover:bg-hover max-sm:block",
        isLoud ? "border-l-failed bg-failed/6" : log.level >= 30 ? "border-l-late" : "border-l-transparent",
        isMarked && "bg-accent-soft",
      )}
    >
      <button
        type="button"
        title={`${time}. Copies a link to this line.`}
        aria-label={`Copy a link to the line of ${time}`}
        className="self-start text-left whitespace-nowrap text-faint max-sm:mr-2 select-none hover:text-accent"
        onClick={() => onLink(log)}
      >
        {/\d\d:\d\d:\d\d\.\d+/.exec(time)?.[0]}
      </button>
      <span className={cx("w-8 select-none max-sm:hidden", levelLook[name])} title={name}>
        {shortName[name]}
      </span>
      <span className="min-w-0">
        {task !== undefined && log.task_run_id && (
          <button
            type="button"
            className="mr-2 rounded-sm bg-sunken px-1 text-muted hover:text-accent"
            onClick={() => log.task_run_id && onTask?.(log.task_run_id)}
          >
            {task}
          </button>
        )}
        <Message text={log.message} search={search} />
      </span>
    </div>
  );
});

function Message({ text, search }: { text: string; search: string }) {
  const [isOpen, setOpen] = useState(false);
  const lines = text.split("\n");
  const isCut = !isOpen && lines.length > mostLines;
  const shown = isCut ? lines.slice(0, mostLines - 2).join("\n") : text;
  return (
    <span className="break-words whitespace-pre-wrap text-fg">
      {[...piecesOf(shown).entries()].map(([place, piece]) => (
        <Part key={`${place} ${piece.text.length}`} piece={piece} search={search} />
      ))}
      {isCut && (
        <button type="button" className="block text-accent hover:underline" onClick={() => setOpen(true)}>
          {lines.length - mostLines + 2} more lines
        </button>
      )}
    </span>
  );
}

const ansiLook: Record<string, string> = {
  black: "text-faint",
  red: "text-failed",
  green: "text-completed",
  yellow: "text-late",
  blue: "text-running",
  magenta: "text-paused",
  cyan: "text-pending",
  white: "text-fg",
};

function Part({ piece, search }: { piece: Piece; search: string }) {
  const look = cx(
    piece.color && ansiLook[piece.color],
    piece.bold && "font-strong",
    piece.dim && "opacity-70",
    piece.italic && "italic",
    piece.underline && "underline",
  );
  if (piece.href)
    return (
      <a
        href={piece.href}
        target="_blank"
        rel="noreferrer noopener"
        className={cx(look, "text-accent hover:underline")}
      >
        <Found text={piece.text} search={search} />
      </a>
    );
  if (!look) return <Found text={piece.text} search={search} />;
  return (
    <span className={look}>
      <Found text={piece.text} search={search} />
    </span>
  );
}

function Found({ text, search }: { text: string; search: string }) {
  if (search === "") return text;
  const parts = text.split(new RegExp(`(${search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "gi"));
  if (parts.length === 1) return text;
  return [...parts.entries()].map(([place, part]) =>
    place % 2 === 1 ? (
      <mark key={`${place} ${part}`} className="rounded-[2px] bg-late/35 text-inherit">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
