import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { maxOutputPaths, maxOutputRuns, runOutputs } from "../../schema/run-outputs.ts";
import { query, useIsPraetor } from "../api.ts";
import { useColumns } from "../lists/views/use-columns.ts";
import { isFlowRun, type Run } from "./lists.ts";

/** What a run has put out at a path; undefined where that is nothing, or not known yet. */
export type Outputs = (run: Run, path: string) => string | undefined;

const prefix = "output.";
export const outputPathOf = (key: string): string | undefined =>
  key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : undefined;

/** A run puts out more as its state changes. */
const momentOf = ({ id, state_id }: Run): string => `${id} ${state_id}`;

interface Known {
  paths: string;
  values: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Outputs for the chosen columns, in one request for each page of runs; runs that are known are not asked for again. */
export function useOutputs(runs: readonly Run[], list: string): Outputs {
  const isPraetor = useIsPraetor();
  const [keys] = useColumns(list);
  const wanted = keys.flatMap((key) => outputPathOf(key) ?? []).slice(0, maxOutputPaths);
  const paths = JSON.stringify(wanted);
  const [known, setKnown] = useState<Known>({ paths, values: new Map() });
  if (known.paths !== paths) setKnown({ paths, values: new Map() });
  const missing = useMemo(
    () => runs.filter((run) => isFlowRun(run) && !known.values.has(momentOf(run))).slice(0, maxOutputRuns),
    [runs, known],
  );
  const { data } = useQuery({
    ...query(runOutputs.read, { flow_run_ids: missing.map(({ id }) => id), paths: wanted }),
    enabled: isPraetor && wanted.length > 0 && missing.length > 0,
    meta: { live: "none" },
  });
  useEffect(() => {
    if (!data) return;
    const byRun = Map.groupBy(data, ({ flow_run_id }) => flow_run_id);
    setKnown((old) => {
      const values = new Map(old.values);
      for (const run of missing) {
        const own = byRun.get(run.id) ?? [];
        values.set(momentOf(run), new Map(own.map(({ path, text }) => [path, text])));
      }
      return { ...old, values };
    });
  }, [data, missing]);
  return useMemo(() => (run, path) => known.values.get(momentOf(run))?.get(path), [known]);
}
