import type { ReactNode } from "react";
import type { StateType } from "../../../schema/states.ts";
import { cx } from "../../kit/cx.ts";
import { type Shape, stateStyle } from "./states.ts";

interface Props {
  type: StateType | null | undefined;
  name?: string | null;
}

const line = { fill: "none", stroke: "currentColor", strokeWidth: 1.6, strokeLinecap: "round" } as const;
const cut = { fill: "none", stroke: "var(--surface)", strokeWidth: 1.7, strokeLinecap: "round" } as const;

// Final states are solid, others are outlines; each has an outline of its own.
const shapes: Record<Shape, ReactNode> = {
  check: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path d="m5.2 8.2 2 2 3.7-4" {...cut} strokeLinejoin="round" />
    </>
  ),
  octagon: (
    <>
      <path d="M5.2 1.3h5.6l3.9 3.9v5.6l-3.9 3.9H5.2l-3.9-3.9V5.2z" fill="currentColor" />
      <path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" {...cut} />
    </>
  ),
  triangle: (
    <>
      <path d="M8 1.2 15.2 14H.8z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 5.8v3.6M8 11.7v.1" {...cut} />
    </>
  ),
  slash: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path d="M5 8h6" {...cut} />
    </>
  ),
  square: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2.5" {...line} strokeDasharray="3 2.4" />
      <path d="M5.5 8h5" {...line} />
    </>
  ),
  bars: (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="3" fill="currentColor" />
      <path d="M6.1 5.3v5.4m3.8-5.4v5.4" {...cut} />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6" {...line} />
      <path d="M8 4.8V8l2 1.4" {...line} />
    </>
  ),
  late: (
    <>
      <path d="M8 1.6 14.4 8 8 14.4 1.6 8z" {...line} strokeLinejoin="round" />
      <path d="M8 5v3.2M8 10.8v.1" {...line} />
    </>
  ),
  dotted: <circle cx="8" cy="8" r="6" {...line} strokeDasharray="1.4 3.3" />,
  turning: (
    <>
      <circle cx="8" cy="8" r="6" {...line} opacity="0.3" />
      <path d="M8 2a6 6 0 0 1 6 6" {...line} className="origin-center animate-turn" strokeWidth="2" />
      <circle cx="8" cy="8" r="2.4" fill="currentColor" />
    </>
  ),
  again: (
    <>
      <path d="M13.6 9.6A6 6 0 1 1 12.4 4" {...line} />
      <path d="M13 1.4v3h-3" {...line} strokeLinejoin="round" />
    </>
  ),
};

/** The sign of a state alone; `title` is what a screen reader says, so leave it out where the name stands beside. */
export function StateIcon({ type, name, size = 14, title }: Props & { size?: number; title?: boolean }) {
  const look = stateStyle(type, name);
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      className="shrink-0"
      style={{ color: look.color }}
      role="img"
      aria-label={look.label}
      aria-hidden={!title}
    >
      {shapes[look.shape]}
    </svg>
  );
}

/** Sign and name of a state; what went well is quiet, so that the others are seen in a list. */
export function StateBadge({ type, name, className }: Props & { className?: string }) {
  const look = stateStyle(type, name);
  const isQuiet = type === "COMPLETED";
  return (
    <span className={cx("inline-flex min-w-0 items-center gap-1.5", className)}>
      <span className={cx("flex", isQuiet && "opacity-60")}>
        <StateIcon type={type} {...(name ? { name } : {})} />
      </span>
      <span className="truncate text-muted" style={isQuiet ? undefined : { color: look.color }}>
        {look.label}
      </span>
    </span>
  );
}
