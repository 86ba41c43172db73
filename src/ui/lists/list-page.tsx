import { type ReactNode, useCallback, useRef } from "react";
import { Select } from "../kit/controls/select.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { PageHead } from "../parts/page-head.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { knownChoices, type UseChoices } from "./controls/choices.ts";
import { FilterControls } from "./controls/filter-controls.tsx";
import type { ListView, Sorts } from "./list-view.ts";
import { QueryBar } from "./query-bar.tsx";
import { kindOf, type QueryFields, queryLanguage, vocabularyOf } from "./query-fields.ts";
import type { ColumnName } from "./views/columns.ts";
import { ColumnsMenu } from "./views/columns-menu.tsx";
import { ViewsMenu } from "./views/views-menu.tsx";

interface Props<S extends string, R, K extends string> {
  title: string;
  /** Of the browser's tab, where something of the list is open. */
  tabTitle?: string;
  view: ListView<S>;
  change: (patch: Partial<ListView<S>>) => void;
  sorts: Sorts<S>;
  /** A query that shows what can be asked. */
  example: string;
  fields: QueryFields<R, K>;
  /** Names to complete, by the key of their field. */
  names: Readonly<Record<string, readonly string[]>>;
  /** The columns that can be chosen. */
  columns: readonly ColumnName[];
  /** What menus of fields offer, where that is not the names. */
  choices?: Partial<Record<K, UseChoices>>;
  /** At the right end of the title: what creates a row. */
  actions?: ReactNode;
  /** The list, given how to change the query. */
  children: (onQuery: (q: string) => void) => ReactNode;
}

/** Of the fields that have a menu, what it offers: names that are known, or yes and no. */
function choicesOf<R, K extends string>(
  { controls = [], fields }: QueryFields<R, K>,
  names: Readonly<Record<string, readonly string[]>>,
): Partial<Record<K, UseChoices>> {
  const choices: Partial<Record<K, UseChoices>> = {};
  for (const control of controls) {
    if (control.kind !== "values") continue;
    const isAnswer = kindOf(fields[control.key]) === "answer";
    const known = [...new Set(names[control.key] ?? [])];
    choices[control.key] = knownChoices(isAnswer ? ["yes", "no"] : known);
  }
  return choices;
}

/** A page that is one list: its order, its query, and the list below. */
export function ListPage<S extends string, R, K extends string>(props: Props<S, R, K>) {
  const { title, view, change, sorts, example, fields, names, children } = props;
  usePageTitle(props.tabTitle ?? (view.q ? `${title} ${view.q}` : title));
  const field = useRef<HTMLInputElement>(null);
  const setQuery = useCallback((q: string) => change({ q }), [change]);
  useShortcuts([{ keys: "/", label: "Filter", group: title, run: () => field.current?.focus() }]);
  return (
    <>
      <PageHead title={title}>
        <ViewsMenu list={title.toLowerCase()} />
        <span className="max-md:hidden">
          <ColumnsMenu list={title.toLowerCase()} columns={props.columns} />
        </span>
        {sorts.length > 1 && (
          <Select label="Order" value={view.sort} onChange={(sort: S) => change({ sort })} options={sorts} />
        )}
        {props.actions}
      </PageHead>
      <QueryBar
        q={view.q}
        onChange={setQuery}
        what={title.toLowerCase()}
        example={example}
        language={queryLanguage(fields)}
        vocabulary={vocabularyOf(fields, { names })}
        input={field}
      />
      <FilterControls
        q={view.q}
        onQuery={setQuery}
        fields={fields}
        language={queryLanguage(fields)}
        choices={{ ...choicesOf(fields, names), ...props.choices }}
      />
      {children(setQuery)}
    </>
  );
}
