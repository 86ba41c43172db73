import { useMemo } from "react";
import { useIsPraetor } from "../api.ts";
import { useSettings } from "../settings.ts";
import { type CompiledQuery, compileQuery } from "./compile-query.ts";
import { type Known, type QueryFields, queryLanguage } from "./query-fields.ts";
import { read } from "./query-text.ts";

/** The query of a list, compiled; `24h` counts from when it was written. `list` must be the same object at each call. */
export function useCompiledQuery<Row, K extends string>(
  q: string,
  list: QueryFields<Row, K>,
  states?: Known["states"],
): CompiledQuery<Row> {
  const isPraetor = useIsPraetor();
  const { zone } = useSettings();
  return useMemo(
    () =>
      compileQuery(read(q, queryLanguage(list, { states })), list, {
        now: Date.now(),
        states,
        zone,
        isPraetor,
      }),
    [q, list, states, zone, isPraetor],
  );
}
