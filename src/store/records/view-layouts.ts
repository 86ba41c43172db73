import { sql } from "kysely";
import type { Parsed } from "../../schema/route.ts";
import type { ViewLayout, viewLayouts } from "../../schema/view-layouts.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";

const most = 200;

export const viewLayoutNoun = noun(
  {
    list: async (scope: Scope): Promise<ViewLayout[]> => {
      const rows = await scope.all(sql<{ id: string; layout: string }>`
        select saved_search.id, layout.layout from saved_search
        join view_layout as layout on layout.saved_search_id = saved_search.id
        order by saved_search.name limit ${most}`);
      return rows.map(({ id, layout }) => ({ id, ...JSON.parse(layout) }));
    },
  },
  {
    /** False when there is no such saved search. The layout goes with it. */
    put: async (
      scope: WriteScope,
      { id, columns, group }: Parsed<typeof viewLayouts.put>,
    ): Promise<boolean> => {
      const known = await scope.first(sql<{ id: string }>`select id from saved_search where id = ${id}`);
      if (!known) return false;
      const layout = JSON.stringify({ columns, group });
      scope.write(sql`insert into view_layout (saved_search_id, layout) values (${id}, ${layout})
        on conflict (saved_search_id) do update set layout = excluded.layout`);
      return true;
    },
  },
);
