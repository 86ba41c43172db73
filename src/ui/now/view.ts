import { useMemo } from "react";
import { tagsIn } from "../kit/controls/tag-field.tsx";
import { useSearchParams } from "../kit/router.tsx";

const minute = 60_000;
const hour = 60 * minute;

/** What the page looks back on: its length, and how long one bar of the chart is, in milliseconds. */
export const ranges = {
  "1h": { label: "Last hour", span: hour, step: minute, before: "the hour before" },
  "6h": { label: "Last 6 h", span: 6 * hour, step: 5 * minute, before: "the 6 h before" },
  "24h": { label: "Last 24 h", span: 24 * hour, step: 30 * minute, before: "yesterday" },
  "7d": { label: "Last 7 days", span: 168 * hour, step: 2 * hour, before: "the week before" },
} as const;
export type Range = keyof typeof ranges;
export const rangeNames = Object.keys(ranges) as readonly Range[];
const usual: Range = "24h";

/** What is chosen about the page; all of it stands in the address. */
export interface View {
  range: Range;
  /** Only runs that have all of them. */
  tags: readonly string[];
  subflows: boolean;
}

export function useView(): readonly [View, (change: Partial<View>) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const view = useMemo((): View => {
    const chosen = new URLSearchParams(text);
    return {
      range: rangeNames.find((name) => name === chosen.get("range")) ?? usual,
      tags: tagsIn(chosen.get("tags") ?? ""),
      subflows: chosen.get("subflows") === "shown",
    };
  }, [text]);
  const change = (next: Partial<View>) => {
    const { range, tags, subflows } = { ...view, ...next };
    setSearch(
      {
        ...(range !== usual && { range }),
        ...(tags.length > 0 && { tags: tags.join(",") }),
        ...(subflows && { subflows: "shown" }),
      },
      { replace: true },
    );
  };
  return [view, change];
}

/** Conditions of the query language of Runs that say the same as the view. */
export const queryOf = ({ range, tags }: View, state: string, isTimed = true): string =>
  [state, ...tags.map((tag) => `tag:${quoted(tag)}`), isTimed && `since:${range}`].filter(Boolean).join(" ");

const quoted = (text: string) => (/^[\w.-]+$/.test(text) ? text : `"${text.replaceAll('"', "")}"`);
