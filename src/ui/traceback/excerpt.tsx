import type { ErrorFrame } from "../../schema/events.ts";
import { cx } from "../kit/cx.ts";

/** The function, and where it is; of a long path the end matters. */
export function Place({ frame }: { frame: ErrorFrame }) {
  const [folder, name] = splitPath(frame.file);
  return (
    <span
      className="flex min-w-0 flex-1 items-baseline gap-2 font-mono text-xs"
      title={`${frame.file}:${frame.line}`}
    >
      <span className="shrink-0 font-strong text-fg">{frame.function ?? "anonymous"}</span>
      <span className="flex min-w-0 text-muted">
        <span className="truncate">{folder}</span>
        <span className="shrink-0">
          {name}:{frame.line}
        </span>
      </span>
      {frame.repeated !== undefined && (
        <span className="shrink-0 text-muted">repeated {frame.repeated} more times</span>
      )}
    </span>
  );
}

interface ExcerptProps {
  id?: string;
  frame: ErrorFrame;
  source: NonNullable<ErrorFrame["source"]>;
  /** Only so many lines on either side of the one that threw. */
  around?: number;
  className?: string;
}

const framed = "border-t bg-sunken";

/** The lines around the one that threw, which is marked. */
export function Excerpt({
  id,
  frame,
  source,
  around = source.lines.length,
  className = framed,
}: ExcerptProps) {
  const lines = source.lines
    .map((text, place) => ({ text, number: source.first + place }))
    .filter(({ number }) => Math.abs(number - frame.line) <= around);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and not everybody has a pointer to do so
    <pre id={id} tabIndex={0} className={cx("overflow-x-auto py-1.5 text-xs leading-5", className)}>
      <code className="block w-max min-w-full">
        {lines.map(({ text, number }) => {
          const isHere = number === frame.line;
          return (
            <span
              key={number}
              aria-current={isHere ? "location" : undefined}
              className={cx("block pr-4", isHere && "bg-danger/12")}
            >
              <span
                className={cx(
                  "inline-block w-12 pr-3 text-right select-none",
                  isHere ? "font-strong text-fg" : "text-faint",
                )}
              >
                {number}
              </span>
              <span className={isHere ? "text-fg" : "text-muted"}>{text || " "}</span>
            </span>
          );
        })}
      </code>
    </pre>
  );
}

function splitPath(path: string): [string, string] {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  const folder = path.slice(0, cut).split(/(?<=[\\/])/);
  const kept = folder.slice(-2).join("");
  return [folder.length > 2 ? `…/${kept}` : folder.join(""), path.slice(cut)];
}
