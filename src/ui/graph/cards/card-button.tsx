import type { ReactNode } from "react";

/** A control on a card: the keyboard has keys of its own for it. */
export function CardButton(props: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={props.label}
      title={props.label}
      className="touch rounded-sm p-1 text-muted hover:bg-hover hover:text-fg"
      onClick={(event) => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      {props.children}
    </button>
  );
}
