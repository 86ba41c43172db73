import { StateIcon } from "./runs/state-badge.tsx";

/** Signs that are known from runs: what works, what waits for somebody, what is held by hand. */
const looks = {
  READY: { label: "Ready", sign: { type: "COMPLETED", name: null }, look: "text-completed" },
  NOT_READY: { label: "Not ready", sign: { type: "SCHEDULED", name: "Late" }, look: "text-late" },
  PAUSED: { label: "Paused", sign: { type: "PAUSED", name: null }, look: "text-paused" },
  ONLINE: { label: "Online", sign: { type: "COMPLETED", name: null }, look: "text-completed" },
  OFFLINE: { label: "Offline", sign: { type: "SCHEDULED", name: "Late" }, look: "text-late" },
} as const;

/** How a work pool, a queue or a worker stands. */
export function WorkStatusBadge({ status, label }: { status: keyof typeof looks; label?: string }) {
  const { sign, look, ...known } = looks[status];
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5 whitespace-nowrap">
      <StateIcon type={sign.type} name={sign.name} />
      <span className={look}>{label ?? known.label}</span>
    </span>
  );
}
