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

interface TagListProps {
  tags: readonly string[];
  /** So many are shown; the others are counted. */
  most?: number;
  onSelect?: (tag: string) => void;
}

/** Tags in one line of a table: the first ones, and how many more there are. */
export function TagList({ tags, most = 2, onSelect }: TagListProps) {
  // What would stand for one tag takes as much room as the tag.
  const shown = tags.length === most + 1 ? tags : tags.slice(0, most);
  return (
    <span className="flex min-w-0 items-center gap-1.5 overflow-hidden">
      {shown.map((tag) => (
        <Tag key={tag} name={tag} {...(onSelect ? { onSelect: () => onSelect(tag) } : {})} />
      ))}
      <More names={tags.slice(shown.length)} />
    </span>
  );
}

/** `+2`, with what it stands for. */
export function More({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <span className="shrink-0 text-xs text-muted" title={names.join(", ")}>
      +{names.length}
      <span className="sr-only">: {names.join(", ")}</span>
    </span>
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
