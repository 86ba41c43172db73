import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { type Artifact, artifacts } from "../../../schema/artifacts.ts";
import { query } from "../../api.ts";
import { useLocation } from "../../kit/router.tsx";
import { useAddress } from "../../parts/address.ts";

/** The version in sight, and the one that it is compared with, as the address says them. */
export interface Chosen {
  /** Undefined while it is read, or where it is not there. */
  version: Artifact | undefined;
  base: Artifact | undefined;
  isComparing: boolean;
  /** Neither is there: it may have been deleted. */
  isMissing: boolean;
  versionId: string;
  pathOf: (version: { id: string }) => string;
  compareWith: (id: string | undefined) => void;
  /** To the newest. */
  reset: () => void;
}

const defaults = {};

export function useChosen(rows: readonly Artifact[], newest: Artifact): Chosen {
  const [search, change] = useAddress(defaults);
  const { pathname } = useLocation();
  const versionId = search.get("v") ?? newest.id;
  const baseId = search.get("with");
  const version = useVersion(versionId, rows);
  const base = useVersion(baseId, rows);
  const text = search.toString();
  const pathOf = useCallback(
    ({ id }: { id: string }) => {
      const next = new URLSearchParams(text);
      if (id === newest.id) next.delete("v");
      else next.set("v", id);
      if (next.get("with") === id) next.delete("with");
      return `${pathname}${next.size > 0 ? `?${next}` : ""}`;
    },
    [text, pathname, newest.id],
  );
  return {
    version: version.artifact,
    base: base.artifact,
    isComparing: baseId !== null,
    isMissing: version.isMissing || base.isMissing,
    ...{ versionId, pathOf },
    compareWith: (id) => change({ with: id }),
    reset: () => change({ v: undefined, with: undefined }),
  };
}

/** A version that is not among those that were read is read by its id. */
function useVersion(id: string | null, rows: readonly Artifact[]) {
  const listed = rows.find((row) => row.id === id);
  const source = useQuery({
    ...query(artifacts.read, { id: id ?? "" }),
    enabled: id !== null && listed === undefined,
  });
  const artifact = listed ?? (id === null ? undefined : source.data);
  return { artifact, isMissing: artifact === undefined && source.isError };
}
