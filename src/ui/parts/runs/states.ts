import type { StateType } from "../../../schema/states.ts";

export type Shape =
  | "clock"
  | "late"
  | "dotted"
  | "turning"
  | "again"
  | "bars"
  | "check"
  | "octagon"
  | "triangle"
  | "slash"
  | "square";

export interface StateStyle {
  /** Sentence case, as people say it. */
  label: string;
  /** A custom property of theme.css. */
  color: `var(--state-${string})`;
  shape: Shape;
}

/** The one table: each state has a colour, an icon and a shape, so that it also reads without colour. */
const byType = {
  SCHEDULED: { label: "Scheduled", color: "var(--state-scheduled)", shape: "clock" },
  PENDING: { label: "Pending", color: "var(--state-pending)", shape: "dotted" },
  RUNNING: { label: "Running", color: "var(--state-running)", shape: "turning" },
  PAUSED: { label: "Paused", color: "var(--state-paused)", shape: "bars" },
  CANCELLING: { label: "Cancelling", color: "var(--state-cancelling)", shape: "square" },
  COMPLETED: { label: "Completed", color: "var(--state-completed)", shape: "check" },
  FAILED: { label: "Failed", color: "var(--state-failed)", shape: "octagon" },
  CRASHED: { label: "Crashed", color: "var(--state-crashed)", shape: "triangle" },
  CANCELLED: { label: "Cancelled", color: "var(--state-cancelled)", shape: "slash" },
} as const satisfies Record<StateType, StateStyle>;

/** States whose name says more than their type. */
const byName: Record<string, Partial<StateStyle>> = {
  Late: { label: "Late", color: "var(--state-late)", shape: "late" },
  AwaitingRetry: { label: "Awaiting retry", color: "var(--state-retrying)", shape: "again" },
  Retrying: { label: "Retrying", shape: "again" },
  Rerunning: { label: "Rerunning", shape: "again" },
  AwaitingConcurrencySlot: { label: "Awaiting slot", color: "var(--state-late)" },
  InfrastructurePending: { label: "Infrastructure pending" },
  NotReady: { label: "Not ready" },
  TimedOut: { label: "Timed out" },
  RolledBack: { label: "Rolled back" },
};

const unknown: StateStyle = { label: "No state", color: "var(--state-scheduled)", shape: "dotted" };

/** How a state looks; its name refines what its type says. */
export function stateStyle(type: StateType | null | undefined, name?: string | null): StateStyle {
  if (!type) return unknown;
  const look = byType[type];
  if (!name || name === look.label) return look;
  return { ...look, label: name, ...byName[name] };
}

/** Worst first: the order of bars in charts and of groups in lists. */
export const stateOrder = [
  "FAILED",
  "CRASHED",
  "CANCELLED",
  "CANCELLING",
  "PAUSED",
  "SCHEDULED",
  "PENDING",
  "RUNNING",
  "COMPLETED",
] as const satisfies readonly StateType[];

/** Of areas: what went well recedes, so that what did not is seen. */
export const calmCompleted = "color-mix(in oklab, var(--state-completed) 55%, var(--surface))";

/** The colour of a state as numbers, for a canvas, which knows no custom properties. */
export function paintOf(color: string, within: Element = document.documentElement): string {
  const probe = document.createElement("span");
  probe.style.color = color;
  within.append(probe);
  const painted = getComputedStyle(probe).color;
  probe.remove();
  return painted;
}
