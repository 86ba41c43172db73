import { z } from "zod";
import type { SavedSearch } from "../../../schema/saved-searches.ts";
import type { ViewLayout } from "../../../schema/view-layouts.ts";

// A view is what the address of a list says. Shared views are saved searches of the server, in whose conditions each key
// of the address stands as one: other clients list them by their names. Their columns and grouping are kept beside the search.
// Private ones are in the browser.

export interface SavedView {
  name: string;
  /** The query of the address: `q=state%3Afailed&sort=longest`. */
  search: string;
  isShared: boolean;
  /** Of a saved search. */
  id?: string;
}

const object = "praetor_list";

export function viewOf(list: string, { id, name, filters }: SavedSearch): SavedView | undefined {
  const own = filters.filter((one) => one.object === object);
  if (!own.some(({ property, value }) => property === "list" && value === list)) return undefined;
  const keys = own.flatMap(({ property, value }) =>
    property !== "list" && typeof value === "string" ? [[property, value]] : [],
  );
  return { id, name, search: String(new URLSearchParams(keys)), isShared: true };
}

type Layout = Pick<ViewLayout, "columns" | "group">;

/** A view without its columns and grouping, and these. */
export function withoutLayout(search: string): { search: string; layout: Layout } {
  const params = new URLSearchParams(search);
  const columns = (params.get("cols") ?? "").split(",").filter(Boolean);
  const group = params.get("group");
  params.delete("cols");
  params.delete("group");
  return { search: searchOf(params), layout: { columns, group } };
}

export function withLayout(search: string, { columns, group }: Layout): string {
  const params = new URLSearchParams(search);
  if (columns.length > 0) params.set("cols", columns.join());
  if (group !== null) params.set("group", group);
  return searchOf(params);
}

export function conditionsOf(list: string, search: string): SavedSearch["filters"] {
  const condition = (property: string, value: string) => ({
    ...{ object, property, type: "text", operation: "equals", value },
  });
  return [
    condition("list", list),
    ...[...new URLSearchParams(search)].map(([key, value]) => condition(key, value)),
  ];
}

const Private = z.array(z.object({ name: z.string(), search: z.string() }));

/** Views as the browser keeps them; none where that cannot be read. */
export function privateViews(text: string | null): SavedView[] {
  if (text === null) return [];
  try {
    return Private.parse(JSON.parse(text)).map((view) => ({ ...view, isShared: false }));
  } catch {
    return [];
  }
}

/** What is only of the moment: the view itself, and which groups are open. */
const passing = new Set(["view", "open"]);

/** The query of an address as a view keeps it: in one order, without what is only of the moment. */
export function searchOf(params: URLSearchParams): string {
  const kept = [...params].filter(([key]) => !passing.has(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return String(new URLSearchParams(kept));
}
