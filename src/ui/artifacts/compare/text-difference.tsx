import { useMemo, useState } from "react";
import { cx } from "../../kit/cx.ts";
import { differenceOf, type Line } from "./lines.ts";

/** Lines beside a change that give it its place. */
const context = 3;
/** Fewer are not worth hiding. */
const fewest = 3;
const portion = 2_000;

interface Props {
  before: string;
  after: string;
}

/** Two texts, line by line; what has not changed is hidden but for the lines around a change. */
export function TextDifference({ before, after }: Props) {
  const lines = useMemo(() => differenceOf(before.split("\n"), after.split("\n")), [before, after]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [limit, setLimit] = useState(portion);
  const parts = useMemo(() => partsOf(lines), [lines]);
  const count = (kind: Line["kind"]) => lines.filter((line) => line.kind === kind).length;
  const [added, removed] = [count("added"), count("removed")];
  if (added + removed === 0) return <p className="px-4 py-4 text-muted">Both versions hold the same.</p>;
  const shown = parts.flatMap((part): (Line | Hidden)[] =>
    "hides" in part && opened.has(part.from) ? lines.slice(part.from, part.from + part.hides) : [part],
  );
  return (
    <div className="py-2">
      <Counts added={added} removed={removed} noun="line" />
      <section aria-label="Changed lines" className="font-mono text-xs leading-5">
        {shown.slice(0, limit).map((part) =>
          "hides" in part ? (
            <button
              key={`hidden ${part.from}`}
              type="button"
              className="my-0.5 block w-full bg-sunken px-4 text-left text-muted hover:text-fg"
              onClick={() => setOpened(new Set([...opened, part.from]))}
            >
              Show {part.hides.toLocaleString("en")} unchanged lines
            </button>
          ) : (
            <Row key={`${part.kind} ${part.before} ${part.after}`} line={part} />
          ),
        )}
      </section>
      {shown.length > limit && (
        <button
          type="button"
          className="px-4 py-2 text-accent hover:underline"
          onClick={() => setLimit(limit + portion)}
        >
          Show more of {shown.length.toLocaleString("en")} lines
        </button>
      )}
    </div>
  );
}

const looks = {
  same: { sign: " ", word: "", className: "" },
  added: {
    sign: "+",
    word: "Added: ",
    className: "bg-[color-mix(in_oklab,var(--state-completed)_13%,transparent)]",
  },
  removed: {
    sign: "−",
    word: "Removed: ",
    className: "bg-[color-mix(in_oklab,var(--danger)_13%,transparent)]",
  },
} as const;

const number = "w-12 shrink-0 pr-2 text-right text-faint select-none";

function Row({ line: { kind, text, before, after } }: { line: Line }) {
  const { sign, word, className } = looks[kind];
  return (
    <div className={cx("flex", className)}>
      <span className={number}>{before}</span>
      <span className={number}>{after}</span>
      <span className="flex min-w-0 flex-1">
        <span aria-hidden className="w-4 shrink-0 select-none">
          {sign}
        </span>
        <span className="min-w-0 flex-1 pr-3 break-words whitespace-pre-wrap">
          {word && <span className="sr-only">{word}</span>}
          {text}
        </span>
      </span>
    </div>
  );
}

interface CountsProps {
  added: number;
  removed: number;
  changed?: number;
  noun: string;
}

/** `2 lines added, 1 removed`. */
export function Counts({ added, removed, changed = 0, noun }: CountsProps) {
  const parts = [
    [changed, "changed"],
    [added, "added"],
    [removed, "removed"],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  const first = said[0]?.[0] ?? 0;
  return (
    <p role="status" className="px-4 pb-2 text-xs text-muted">
      {said
        .map(([count, verb], place) => {
          const of = place === 0 ? ` ${first === 1 ? noun : `${noun}s`}` : "";
          return `${count.toLocaleString("en")}${of} ${verb}`;
        })
        .join(", ")}
    </p>
  );
}

interface Hidden {
  from: number;
  hides: number;
}

/** Lines, and in place of those far from any change how many there are. */
function partsOf(lines: readonly Line[]): (Line | Hidden)[] {
  const isNear = new Uint8Array(lines.length);
  for (const [place, line] of lines.entries())
    if (line.kind !== "same") isNear.fill(1, Math.max(0, place - context), place + context + 1);
  const parts: (Line | Hidden)[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from;
    while (to < lines.length && isNear[to] === isNear[from]) to += 1;
    if (isNear[from] || to - from <= fewest) parts.push(...lines.slice(from, to));
    else parts.push({ from, hides: to - from });
    from = to;
  }
  return parts;
}
