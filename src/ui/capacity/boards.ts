import type { SlotBoard, SlotLease } from "../../schema/waiting.ts";
import { duration } from "../parts/time/durations.ts";

export type LimitKind = "named" | "tag" | "deployment";

/** A limit as it is shown. */
export interface Board extends Omit<SlotBoard, "leases" | "waiters"> {
  kind: LimitKind;
  /** The name without what tells its kind. */
  label: string;
  /** Null where the server does not say who holds and who waits. */
  holders: { leases: SlotBoard["leases"]; waiters: SlotBoard["waiters"] } | null;
}

const tagPrefix = "tag:";
const deploymentPrefix = "deployment:";

export const kindOf = (name: string): LimitKind =>
  name.startsWith(tagPrefix) ? "tag" : name.startsWith(deploymentPrefix) ? "deployment" : "named";

const bare = (name: string): string => name.slice(name.indexOf(":") + 1);

export const deploymentIdOf = (name: string): string | undefined =>
  kindOf(name) === "deployment" ? bare(name) : undefined;

/** `deployments`: names of deployments by id. */
export function labelOf(name: string, deployments: ReadonlyMap<string, string>): string {
  const kind = kindOf(name);
  if (kind === "named") return name;
  if (kind === "tag") return bare(name);
  return deployments.get(bare(name)) ?? `deployment ${bare(name).slice(0, 8)}`;
}

const order = ["named", "deployment", "tag"] as const satisfies readonly LimitKind[];

/** Boards by kind, each kind by what is shown as its name. */
export function grouped(boards: readonly Board[]): readonly { kind: LimitKind; boards: readonly Board[] }[] {
  return order
    .map((kind) => ({
      kind,
      boards: boards
        .filter((board) => board.kind === kind)
        .toSorted((a, b) => a.label.localeCompare(b.label, "en", { numeric: true })),
    }))
    .filter((group) => group.boards.length > 0);
}

export const isFull = (board: Board): boolean => board.active && board.used >= board.limit;

/** Slots in the order in which they are drawn. */
export interface Slots {
  leases: readonly SlotLease[];
  /** Taken by somebody who took no lease, or whom the server does not name. */
  unnamed: number;
  free: number;
  /** Taken beyond the limit, since it was lowered. */
  over: number;
}

export function slotsOf({ used, limit, holders }: Board): Slots {
  const leases = holders?.leases ?? [];
  const leased = leases.reduce((sum, lease) => sum + lease.slots, 0);
  return {
    leases,
    unnamed: Math.max(0, used - leased),
    free: Math.max(0, limit - Math.max(used, leased)),
    over: Math.max(0, used - limit),
  };
}

/** What decay means; undefined where slots are only given back by those who took them. */
export function decayWords(perSecond: number): string | undefined {
  if (perSecond <= 0) return undefined;
  if (perSecond < 1) return `frees a slot every ${duration(1 / perSecond)}`;
  const number = Number(perSecond.toFixed(2));
  return number === 1 ? "frees 1 slot a second" : `frees ${number} slots a second`;
}

/** What decays comes free between two readings, too. */
export const usedAt = (board: Board, readAt: number, now: number): number =>
  Math.max(0, board.used - Math.floor((board.slot_decay_per_second * Math.max(0, now - readAt)) / 1000));
