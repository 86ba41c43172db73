import type { KeyboardEvent } from "react";

interface Props {
  label: string;
  placeholder: string;
  /** Of the listbox that it searches; the options are called `${listId}-${index}`. */
  listId: string;
  text: string;
  /** The first option becomes the active one. */
  onText: (text: string) => void;
  /** How many options are listed. */
  count: number;
  active: number;
  onActive: (index: number) => void;
  /** Takes the active option. */
  onEnter: (index: number) => void;
  className?: string;
}

const plain = "h-9 shrink-0 border-b bg-transparent px-3 outline-none placeholder:text-faint";

/** The search field of a listbox: arrows go through the options and around, Enter takes the active one. */
export function ListSearch({ label, placeholder, listId, text, count, active, className, ...on }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") on.onActive(active >= count - 1 ? 0 : active + 1);
    else if (event.key === "ArrowUp") on.onActive(active <= 0 ? count - 1 : active - 1);
    else if (event.key === "Enter" && active < count) on.onEnter(active);
    else return;
    event.preventDefault();
  };
  return (
    <input
      role="combobox"
      aria-label={label}
      aria-expanded
      aria-controls={listId}
      aria-activedescendant={active < count ? `${listId}-${active}` : undefined}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => {
        on.onText(event.target.value);
        on.onActive(0);
      }}
      onKeyDown={onKeyDown}
      className={className ?? plain}
    />
  );
}
