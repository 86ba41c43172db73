import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { isWritten } from "../../schema/exact-json.ts";
import { cx } from "../kit/cx.ts";

const many = 100;

/** Any JSON as a tree whose branches fold; long lists show their first hundred until asked for more. */
export function JsonView({ value, open = 2 }: { value: unknown; open?: number }) {
  return (
    <div className="overflow-x-auto font-mono text-xs leading-5">
      <Node value={value} depth={0} open={open} />
    </div>
  );
}

interface NodeProps {
  name?: string;
  value: unknown;
  depth: number;
  open: number;
}

function Node({ name, value, depth, open }: NodeProps) {
  const [isOpen, setOpen] = useState(depth < open);
  const [limit, setLimit] = useState(many);
  if (typeof value !== "object" || value === null || isWritten(value) || Object.keys(value).length === 0)
    return <Leaf {...(name === undefined ? {} : { name })} value={value} />;
  const entries = Object.entries(value);
  const sign = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex items-center rounded-sm hover:bg-hover"
      >
        <ChevronRight
          size={13}
          className={cx("mr-0.5 text-faint transition-transform", isOpen && "rotate-90")}
        />
        {name !== undefined && <span className="mr-1.5 text-muted">{name}</span>}
        <span className="text-faint">{sign}</span>
      </button>
      {isOpen && (
        <div className="ml-[6px] border-l pl-2.5">
          {entries.slice(0, limit).map(([key, child]) => (
            <Node key={key} name={key} value={child} depth={depth + 1} open={open} />
          ))}
          {entries.length > limit && (
            <button type="button" className="text-accent" onClick={() => setLimit(limit + 10 * many)}>
              {entries.length - limit} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Leaf({ name, value }: { name?: string; value: unknown }) {
  return (
    <div className="pl-[15px] break-words whitespace-pre-wrap">
      {name !== undefined && <span className="mr-1.5 text-muted">{name}</span>}
      <span className={typeof value === "string" ? "text-fg" : "text-accent"}>
        {typeof value === "string" ? value : JSON.stringify(value)}
      </span>
    </div>
  );
}
