import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { useFormContext } from "./context.ts";
import type { ControlProps } from "./control.ts";
import { inOneLine, type ListShape, type Path, pointerOf } from "./shapes.ts";
import { emptyOf, moved } from "./values.ts";

/** With more, the page would be slow, and nobody would scroll through them. */
const most = 100;

/** Items one below the other; Alt with an arrow moves the one that has the keyboard. */
export function ListPart({ name, shape, value, base, path, onChange }: ControlProps<ListShape>) {
  const { form } = useFormContext();
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const list = useOrder(items, onChange, (place) => form.moveKinds(pointerOf(path), place));
  const { first, item, maxItems } = shape;
  if (value === undefined && Array.isArray(base) && base.length > 0)
    return (
      <div className="flex items-center gap-2 text-muted">
        <code className="min-w-0 truncate">{inOneLine(base)}</code>
        <Button onClick={() => onChange(base)} aria-label={`Change ${name}`}>
          Change
        </Button>
      </div>
    );
  const places = Math.max(items.length, first.length);
  const isLong = places > most;
  const isOpen =
    !isLong &&
    item !== undefined &&
    item !== false &&
    (maxItems === undefined || places < Math.max(maxItems, 1));
  return (
    <div ref={list.frame} className="flex flex-col gap-1.5">
      {Array.from({ length: Math.min(places, most) }, (_, at) => (
        <Item
          key={list.keys[at] ?? at}
          name={`${name} ${at + 1}`}
          at={at}
          schema={at < first.length ? first[at] : item}
          path={[...path, at]}
          value={items[at]}
          onChange={(next) => onChange(filled(items, first, form.schema, places).with(at, next))}
          {...(at < first.length
            ? {}
            : {
                onRemove: () => list.remove(at),
                onMove: (by: number) => list.move(at, at + by, first.length),
                isLast: at === places - 1,
                isFirst: at === first.length,
              })}
        />
      ))}
      {isLong && (
        <p className="text-muted">
          {(places - most).toLocaleString("en")} more, too many to show.{" "}
          <button type="button" className="text-accent underline" onClick={() => form.setTab("json")}>
            Edit them as JSON
          </button>
        </p>
      )}
      {isOpen && (
        <div>
          <Button
            onClick={() => list.add(filled(items, first, form.schema, places), emptyOf(item, form.schema))}
          >
            <Plus size={13} />
            Add to {name}
          </Button>
        </div>
      )}
      <span role="status" className="sr-only">
        {list.said}
      </span>
    </div>
  );
}

/** Places that must be there, also before anything was typed into them. */
const filled = (
  items: readonly unknown[],
  first: readonly unknown[],
  root: ControlRoot,
  places: number,
): unknown[] =>
  Array.from({ length: places }, (_, at) => (at < items.length ? items[at] : emptyOf(first[at], root)));
type ControlRoot = Parameters<typeof emptyOf>[1];

interface ItemProps {
  name: string;
  at: number;
  schema: unknown;
  path: Path;
  value: unknown;
  onChange: (value: unknown) => void;
  onRemove?: () => void;
  onMove?: (by: number) => void;
  isFirst?: boolean;
  isLast?: boolean;
}

function Item({ at, onRemove, onMove, isFirst, isLast, ...part }: ItemProps) {
  const { Field } = useFormContext();
  const onKeyDown = (event: KeyboardEvent) => {
    if (!onMove || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <div
      data-item={at}
      role="group"
      aria-label={part.name}
      onKeyDown={onKeyDown}
      className="flex items-start gap-1.5"
    >
      <span className="w-5 shrink-0 pt-1.5 text-right text-xs text-faint" aria-hidden="true">
        {at + 1}
      </span>
      <div className="min-w-0 flex-1">
        <Field {...part} isItem isBare isRequired />
      </div>
      {onMove && onRemove && (
        <span className="flex pt-0.5">
          <IconButton
            label={`Move ${part.name} up`}
            shortcut="Alt+↑"
            aria-disabled={isFirst}
            onClick={() => onMove(-1)}
          >
            <ArrowUp size={13} />
          </IconButton>
          <IconButton
            label={`Move ${part.name} down`}
            shortcut="Alt+↓"
            aria-disabled={isLast}
            onClick={() => onMove(1)}
          >
            <ArrowDown size={13} />
          </IconButton>
          <IconButton label={`Remove ${part.name}`} onClick={onRemove}>
            <X size={13} />
          </IconButton>
        </span>
      )}
    </div>
  );
}

let made = 0;
const fresh = () => made++;

/** Items keep their controls when they move, and the keyboard goes with them. */
function useOrder(
  items: readonly unknown[],
  onChange: (items: unknown[]) => void,
  onPlaces: (place: (item: number) => number | undefined) => void,
) {
  const frame = useRef<HTMLDivElement>(null);
  const [held, setKeys] = useState<readonly number[]>(() => items.map(fresh));
  const [target, setTarget] = useState<number>();
  const [said, setSaid] = useState("");
  const keys = held.length === items.length ? held : items.map((_, at) => held[at] ?? fresh());
  if (keys !== held) setKeys(keys);
  useEffect(() => {
    if (target === undefined) return;
    setTarget(undefined);
    const place = frame.current?.querySelector(`:scope > [data-item="${target}"]`);
    if (place?.contains(document.activeElement)) return;
    place
      ?.querySelector<HTMLElement>("input:not([type=checkbox]), textarea, select, button:not(:disabled)")
      ?.focus();
  }, [target]);
  return {
    frame,
    keys,
    said,
    add: (current: readonly unknown[], item: unknown) => {
      onChange([...current, item]);
      setTarget(current.length);
      setSaid(`Item ${current.length + 1} added`);
    },
    remove: (at: number) => {
      setKeys(keys.toSpliced(at, 1));
      onPlaces((item) => (item === at ? undefined : item > at ? item - 1 : item));
      onChange(items.toSpliced(at, 1));
      if (items.length > 1) setTarget(Math.min(at, items.length - 2));
      setSaid(`Item ${at + 1} removed, ${items.length - 1} left`);
    },
    move: (from: number, to: number, least: number) => {
      if (to < least || to >= items.length) return;
      setKeys(moved(keys, from, to));
      onPlaces((item) => moved([...items.keys()], from, to).indexOf(item));
      onChange(moved(items, from, to));
      setTarget(to);
      setSaid(`Moved to ${to + 1} of ${items.length}`);
    },
  };
}
