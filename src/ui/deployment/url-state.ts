import { useParams } from "../kit/router.tsx";
import { oneOf, useAddress } from "../parts/address.ts";

export const leftTabs = ["runs", "upcoming", "tasks", "versions"] as const;
export type LeftTab = (typeof leftTabs)[number];
export const rightTabs = ["schedules", "parameters", "configuration", "triggers"] as const;
export type RightTab = (typeof rightTabs)[number];

/** SelectionDialog on the page that a link should bring back. */
export interface UrlState {
  id: string;
  tab: LeftTab;
  side: RightTab;
  setTab: (tab: LeftTab) => void;
  setSide: (side: RightTab) => void;
}

export function useUrlState(): UrlState {
  const { id = "" } = useParams();
  const [search, change] = useAddress(defaults);
  return {
    id,
    tab: oneOf(leftTabs, search.get("tab")),
    side: oneOf(rightTabs, search.get("side")),
    setTab: (tab) => change({ tab }),
    setSide: (side) => change({ side }),
  };
}

const defaults = { tab: leftTabs[0], side: rightTabs[0] } as const;
