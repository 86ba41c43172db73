import type { ChangeGroup, LoggedChange, Value } from "./protocol.ts";

type Unnumbered = Omit<LoggedChange, "seq">;

export type UnnumberedGroup = Omit<ChangeGroup, "seq">;

/** Those alike are put together, which changes the order only within a transaction. */
export function grouped(changes: Iterable<Unnumbered>): UnnumberedGroup[] {
  const groups = new Map<string, Omit<Unnumbered, "id"> & { ids: string[] }>();
  for (const change of changes) {
    const key = `${change.noun} ${change.kind} ${change.flow_run_id}`;
    const known = groups.get(key);
    const { id, ...alike } = change;
    if (known) known.ids.push(id);
    else groups.set(key, { ...alike, ids: [id] });
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
  return list.map((id, at) => ({ seq: first + at, noun, kind, id, flow_run_id }));
}
