import { useCallback, useEffect, useMemo, useState } from "react";
import { type Recent, useRecentRuns } from "../parts/runs/recent-runs.ts";
import type { ScheduleRow } from "./rows.ts";

const portion = 100;

/** The last runs of the deployments in sight: a list of thousands asks only about the portions that are shown. */
export function useRecentOfSeen(rows: readonly ScheduleRow[]): Recent & { see: (id: string) => void } {
  const [portions, setPortions] = useState<ReadonlySet<number>>(new Set([0]));
  const places = useMemo(() => new Map(rows.map(({ id }, index) => [id, index])), [rows]);
  const see = useCallback(
    (id: string) => {
      const at = Math.floor((places.get(id) ?? 0) / portion);
      setPortions((old) => (old.has(at) ? old : new Set([...old, at])));
    },
    [places],
  );
  const ids = [...portions].flatMap((at) => rows.slice(at * portion, (at + 1) * portion));
  return { ...useRecentRuns("deployment", [...new Set(ids.map((row) => row.deployment_id))]), see };
}

/** Calls once a row is shown. */
export function useSeen(id: string, see: (id: string) => void): void {
  useEffect(() => see(id), [id, see]);
}
