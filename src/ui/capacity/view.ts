import { useSearchParams } from "../kit/router.tsx";

export const tabs = ["limits", "pools"] as const;
export type Tab = (typeof tabs)[number];
export const shows = ["all", "used", "full"] as const;
export type Show = (typeof shows)[number];

export interface View {
  tab: Tab;
  /** Part of a name. */
  find: string;
  show: Show;
  /** The limit that a link led to. */
  limit: string | undefined;
}

/** What of the page stands in its address. */
export function useView(): [View, (patch: Partial<View>) => void] {
  const [search, setSearch] = useSearchParams();
  const view: View = {
    tab: tabs.find((tab) => tab === search.get("tab")) ?? "limits",
    find: search.get("find") ?? "",
    show: shows.find((show) => show === search.get("show")) ?? "all",
    limit: search.get("limit") ?? undefined,
  };
  const change = (patch: Partial<View>) => {
    const { tab, show, ...rest } = { ...view, ...patch };
    const entries = Object.entries({
      tab: tab === "limits" ? "" : tab,
      show: show === "all" ? "" : show,
      ...rest,
    });
    setSearch(
      entries.flatMap(([key, value]): [string, string][] => (value ? [[key, value]] : [])),
      { replace: true },
    );
  };
  return [view, change];
}
