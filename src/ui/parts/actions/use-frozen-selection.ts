import { useState } from "react";
import type { RelatedFilters } from "../../../schema/filters.ts";
import type { Input } from "../../../schema/route.ts";
import { type Selection, type SelectionNoun, selections } from "../../../schema/selections.ts";
import { useApi } from "../../api.ts";

/** What a list asks its server for. */
export interface Matching {
  noun: SelectionNoun;
  filter: Partial<RelatedFilters> | Omit<Input<typeof selections.create>, "noun">;
}

/** All rows that match, held by the server where it can do that; a Prefect server cannot. */
export function useFrozenSelection(all: Matching | undefined) {
  const { client, info } = useApi();
  const [frozen, setFrozen] = useState<Selection | null>(null);
  const [error, setError] = useState<string | null>(null);
  const freeze = () => {
    if (!all) return;
    const input = { noun: all.noun, ...all.filter };
    client.call(selections.create, input).then(setFrozen, (reason: unknown) => setError(String(reason)));
  };
  return { frozen, freeze: all && info?.capabilities.includes("selections") ? freeze : undefined, error };
}
