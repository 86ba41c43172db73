import { cx } from "../kit/cx.ts";

const look =
  "inline-flex h-5 max-w-40 items-center gap-1 rounded-sm border px-1.5 text-xs text-muted whitespace-nowrap";

export function Tag({ name, onSelect }: { name: string; onSelect?: () => void }) {
  const text = <span className="truncate">{name}</span>;
  if (!onSelect) return <span className={look}>{text}</span>;
  return (
    <button type="button" className={cx(look, "hover:bg-hover hover:text-fg")} onClick={onSelect}>
      {text}
    </button>
  );
}

/** `name value`, the value cut to one line. */
export function Chip({ name, value }: { name: string; value: unknown }) {
  return (
    <span className={look}>
      <span className="text-faint">{name}</span>
      <span className="truncate font-mono text-[11px]">{inOneLine(value)}</span>
    </span>
  );
}

export function inOneLine(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
