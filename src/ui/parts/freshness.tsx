import { cx } from "../kit/cx.ts";
import { Tooltip } from "../kit/overlays/tooltip.tsx";
import { type Freshness, useFreshness } from "../live.ts";

const words = {
  live: { label: "Live", text: "Changes on the server appear at once.", className: "bg-completed" },
  behind: { label: "Catching up", text: "Reconnecting the live channel.", className: "bg-late" },
  offline: {
    label: "Offline",
    text: "The server cannot be reached; the data may be out of date.",
    className: "bg-failed",
  },
  polling: {
    label: "Every 5 s",
    text: "This server streams no events to this page; the page is refreshed every 5 seconds.",
    className: "bg-running",
  },
} as const satisfies Record<Freshness, { label: string; text: string; className: string }>;

/** Says how far the screen can be trusted; by its form, too: a ring when it is not live. */
export function FreshnessDot() {
  const { label, text, className } = words[useFreshness()];
  return (
    <Tooltip text={text} side="top">
      <span role="status" className="flex items-center gap-2 text-muted">
        <span className={cx("size-1.5 shrink-0 rounded-full", className)} />
        {label}
      </span>
    </Tooltip>
  );
}
