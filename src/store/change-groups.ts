import type { ChangeGroup, LoggedChange } from "./protocol.ts";

type Unnumbered = Omit<LoggedChange, "seq">;

/** Numbers changes from `seq` on. Those alike are put together, which changes the order only within a transaction. */
export function grouped(changes: Iterable<Unnumbered>, seq: number): ChangeGroup[] {
  const groups = new Map<string, Unnumbered & { ids: string[] }>();
  for (const change of changes) {
    const key = `${change.noun} ${change.kind} ${change.flow_run_id}`;
    const known = groups.get(key);
    if (known) known.ids.push(change.id);
    else groups.set(key, { ...change, ids: [change.id] });
  }
  let last = seq;
  return Array.from(groups.values(), ({ noun, kind, flow_run_id, ids }) => {
    last += ids.length;
    return { seq: last, noun, kind, flow_run_id, ids: ids.join(" ") };
  });
}

export function changesOf({ seq, noun, kind, flow_run_id, ids }: ChangeGroup): LoggedChange[] {
  const list = ids.split(" ");
  const first = seq - list.length + 1;
  return list.map((id, at) => ({ seq: first + at, noun, kind, id, flow_run_id }));
}
