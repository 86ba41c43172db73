import type { ChangeGroup, LoggedChange, Value } from "./protocol.ts";

const flowRuns = "flow-runs";

type Unnumbered = Omit<LoggedChange, "seq">;

export type UnnumberedGroup = Omit<ChangeGroup, "seq">;

/**
 * Similar changes are grouped, which reorders them only within a transaction. A flow run belongs to itself, which
 * is not stored, so that many of them form one group.
 */
export function grouped(changes: Iterable<Unnumbered>): UnnumberedGroup[] {
  const groups = new Map<string, Omit<Unnumbered, "id"> & { ids: string[] }>();
  for (const { id, noun, kind, flow_run_id: owner } of changes) {
    const flow_run_id = noun === flowRuns ? null : owner;
    const key = `${noun} ${kind} ${flow_run_id}`;
    const known = groups.get(key);
    if (known) known.ids.push(id);
    else groups.set(key, { noun, kind, flow_run_id, ids: [id] });
  }
  return Array.from(groups.values(), ({ ids, ...alike }) => ({ ...alike, ids: ids.join(" ") }));
}

/** The values of `insertChangesSql`. */
export const logValues = ({ noun, kind, flow_run_id, ids }: UnnumberedGroup): Value[] => [
  ids.split(" ").length,
  noun,
  kind,
  flow_run_id,
  ids,
];

export function changesOf({ seq, noun, kind, flow_run_id, ids }: ChangeGroup): LoggedChange[] {
  const list = ids.split(" ");
  const first = seq - list.length + 1;
  const ownerOf = (id: string) => (noun === flowRuns ? id : flow_run_id);
  return list.map((id, at) => ({ seq: first + at, noun, kind, id, flow_run_id: ownerOf(id) }));
}
