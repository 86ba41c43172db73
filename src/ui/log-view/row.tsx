import { memo, useState } from "react";
import type { Log } from "../../schema/logs.ts";
import { cx } from "../kit/cx.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { copyText } from "../parts/actions/clipboard.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { absolute, timeOf } from "../parts/time/times.ts";
import { type AnsiColor, type Piece, piecesOf } from "./ansi.ts";
import { settled } from "./terminal.ts";

export const levelName = (level: number): string =>
  level >= 50 ? "critical" : level >= 40 ? "error" : level >= 30 ? "warning" : level >= 20 ? "info" : "debug";

export const levelClass: Record<string, string> = {
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
/** And one of more characters: the browser lays out megabytes for seconds. */
const mostCharacters = 10_000;

interface Props {
  log: Log;
  zone: string;
  /** Name of the task that wrote it; undefined where the whole view is of one task. */
  task: string | undefined;
  search: string;
  isMarked: boolean;
  onTask: ((taskRunId: string, flowRunId?: string) => void) | undefined;
  /** The line's link was copied: it is the one to be marked. */
  onLink?: (log: Log) => void;
  /** -1 where the lines together are one tab stop. */
  tabIndex?: -1;
}

export const LogRow = memo(({ log, zone, task, search, isMarked, onTask, onLink, tabIndex }: Props) => {
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
        tabIndex={tabIndex}
        title={`${time}. Copy link to this line.`}
        aria-label={`Copy link to the line of ${time}`}
        className="self-start text-left whitespace-nowrap text-faint max-sm:mr-2 select-none hover:text-accent"
        onClick={() => {
          copyLink(log);
          onLink?.(log);
        }}
      >
        {/\d\d:\d\d:\d\d\.\d+/.exec(time)?.[0]}
      </button>
      <span className={cx("w-8 select-none max-sm:hidden", levelClass[name])} title={name}>
        {shortName[name]}
      </span>
      <span className="min-w-0">
        {task !== undefined && !log.task_run_id && (
          <span
            className="mr-2 inline-flex max-w-[26ch] rounded-sm bg-sunken px-1 align-top text-muted"
            title={task}
          >
            <Shortened text={task} />
          </span>
        )}
        {task !== undefined && log.task_run_id && (
          <button
            type="button"
            tabIndex={tabIndex}
            title={task}
            className="mr-2 inline-flex max-w-[26ch] rounded-sm bg-sunken px-1 align-top text-muted hover:text-accent"
            onClick={() => log.task_run_id && onTask?.(log.task_run_id, log.flow_run_id ?? undefined)}
          >
            <Shortened text={task} />
          </button>
        )}
        <Message text={log.message} {...{ search, tabIndex }} />
      </span>
    </div>
  );
});

/** Of the line in the whole log of its run, where what was written before and after it stands around it. */
function copyLink(log: Log): void {
  const address = new URL(
    log.flow_run_id ? runPath({ kind: "flow-run", id: log.flow_run_id }) : "",
    window.location.href,
  );
  address.searchParams.set("line", lineKey(log));
  copyText(address.href).then(
    () => toast.done("Link copied"),
    (error) => toast.failed("Could not copy the link", error),
  );
}

export const lineKey = ({ timestamp, id }: Log): string => `${timestamp}~${id}`;

const shownEnd = 10;

/** Cut in the middle: names of mapped tasks differ in their ends. */
function Shortened({ text }: { text: string }) {
  if (text.length <= shownEnd) return text;
  return (
    <>
      <span className="truncate">{text.slice(0, -shownEnd)}</span>
      <span className="shrink-0 whitespace-pre">{text.slice(-shownEnd)}</span>
    </>
  );
}

interface MessageProps {
  text: string;
  search: string;
  tabIndex: -1 | undefined;
}

function Message({ text, search, tabIndex }: MessageProps) {
  const [isOpen, setOpen] = useState(false);
  const lines = text.split("\n");
  const isCut = !isOpen && lines.length > mostLines;
  const whole = isCut ? lines.slice(0, mostLines - 2).join("\n") : text;
  // A terminal overwrites what the eye is not to see: the end of a line of progress is what is left of it.
  const isLong = !isOpen && whole.length > mostCharacters && settled(whole).length > mostCharacters;
  const shown = isLong ? settled(whole).slice(0, mostCharacters) : whole;
  return (
    <span className="break-words whitespace-pre-wrap text-fg">
      {[...piecesOf(shown).entries()].map(([place, piece]) => (
        <Part key={`${place} ${piece.text.length}`} {...{ piece, search, tabIndex }} />
      ))}
      {(isCut || isLong) && (
        <button
          type="button"
          tabIndex={tabIndex}
          className="block text-accent hover:underline"
          onClick={() => setOpen(true)}
        >
          {isLong
            ? `Show all ${text.length.toLocaleString("en")} characters`
            : `${lines.length - mostLines + 2} more lines`}
        </button>
      )}
    </span>
  );
}

const ansiClass = {
  black: { text: "text-faint", on: "bg-faint" },
  red: { text: "text-failed", on: "bg-failed" },
  green: { text: "text-completed", on: "bg-completed" },
  yellow: { text: "text-late", on: "bg-late" },
  blue: { text: "text-running", on: "bg-running" },
  magenta: { text: "text-paused", on: "bg-paused" },
  cyan: { text: "text-pending", on: "bg-pending" },
  white: { text: "text-fg", on: "bg-active" },
} as const satisfies Record<AnsiColor, { text: string; on: string }>;

/** On a background the text takes the colour that can be read there, whatever the program wished. */
function colorClass({ color, background, inverse }: Piece): string | undefined {
  const back = inverse ? (color ?? "inverse") : background;
  if (back === "inverse") return "bg-fg text-on-ink";
  if (back === "white") return "bg-active text-fg";
  if (back) return `${ansiClass[back].on} text-on-ink`;
  return color && ansiClass[color].text;
}

function Part({ piece, search, tabIndex }: { piece: Piece } & Pick<MessageProps, "search" | "tabIndex">) {
  const look = cx(
    colorClass(piece),
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
        tabIndex={tabIndex}
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
