import { useState } from "react";
import { type Selection, selections } from "../../schema/selections.ts";
import { useApi } from "../api.ts";
import type { ListInput } from "./lists.ts";

/** All runs that match, held by the server where it can do that; a Prefect server cannot. */
export function useFrozenSelection(all: ListInput | undefined) {
  const { client, info } = useApi();
  const [frozen, setFrozen] = useState<Selection | null>(null);
  const [error, setError] = useState<string | null>(null);
  const canFreeze = all?.tab === "flow-runs" && info?.capabilities.includes("selections");
  const freeze = () => {
    if (all?.tab !== "flow-runs") return;
    const input = { noun: "flow-runs", ...all.filter } as const;
    client.call(selections.create, input).then(setFrozen, (reason: unknown) => setError(String(reason)));
  };
  return { frozen, freeze: canFreeze ? freeze : undefined, error };
}
