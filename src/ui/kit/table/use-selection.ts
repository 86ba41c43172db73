import { useCallback, useMemo, useRef, useState } from "react";

export interface Selection<T> {
  selected: readonly T[];
  has: (id: string) => boolean;
  /** Turns one over; with `extend`, gives all from the last one touched to this the same state. */
  toggle: (index: number, extend?: boolean) => void;
  all: () => void;
  clear: () => void;
}

/** Which rows are chosen. Kept as rows, so that a row that scrolls away stays chosen. */
export function useSelection<T extends { id: string }>(rows: readonly T[]): Selection<T> {
  const [chosen, setChosen] = useState<ReadonlyMap<string, T>>(new Map());
  const anchor = useRef(0);
  const toggle = useCallback(
    (index: number, extend = false) => {
      const from = extend ? Math.min(anchor.current, index) : index;
      const to = extend ? Math.max(anchor.current, index) : index;
      const row = rows[index];
      anchor.current = index;
      setChosen((old) => {
        const next = new Map(old);
        const add = row !== undefined && !old.has(row.id);
        for (const one of rows.slice(from, to + 1)) {
          if (add || extend) next.set(one.id, one);
          else next.delete(one.id);
        }
        return next;
      });
    },
    [rows],
  );
  const all = useCallback(() => setChosen(new Map(rows.map((row) => [row.id, row]))), [rows]);
  const clear = useCallback(() => setChosen(new Map()), []);
  return useMemo(() => {
    // What is in sight is newer than what was chosen.
    const current = new Map(rows.map((row) => [row.id, row]));
    const selected = [...chosen].map(([id, row]) => current.get(id) ?? row);
    return { selected, has: (id: string) => chosen.has(id), toggle, all, clear };
  }, [chosen, rows, toggle, all, clear]);
}
