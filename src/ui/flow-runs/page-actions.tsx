import { useIsPraetor } from "../api.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { ColumnsMenu } from "../lists/views/columns-menu.tsx";
import { ViewsMenu } from "../lists/views/views-menu.tsx";
import { columnNames } from "./columns.tsx";
import { GroupMenu } from "./group-menu.tsx";
import { type GroupBy, tagKeysOf } from "./groups.ts";
import type { Chart, Sort, View } from "./view.ts";

interface Props {
  view: View;
  chart: Chart;
  hasDurations: boolean;
  grouping: GroupBy | undefined;
  /** Of the loaded runs. */
  tags: readonly string[];
  onChange: (patch: { sort?: Sort; chart?: Chart; group?: string }) => void;
}

/** What is chosen about the page: its view, groups, columns, chart and order. */
export function PageActions({ view, chart, hasDurations, grouping, tags, onChange }: Props) {
  const { tab, sort } = view;
  const isTasks = tab === "task-runs";
  const isPraetor = useIsPraetor();
  const canSortByDuration = isPraetor || isTasks;
  const byPath = [
    { prefix: "param", label: "Parameter", example: "region" },
    {
      ...{ prefix: "output", label: "Output", example: "sales.sum" },
      hint: "A path into the result, or the key of an artifact and a path into it",
      isMissing: isPraetor ? undefined : "Columns of outputs need a Praetor server.",
    },
  ];
  return (
    <>
      <ViewsMenu list="runs" columnList={tab} />
      <GroupMenu grouping={grouping} tagKeys={tagKeysOf(tags)} onChange={(group) => onChange({ group })} />
      <span className="max-md:hidden">
        <ColumnsMenu key={tab} list={tab} columns={columnNames[tab]} byPath={isTasks ? [] : byPath} />
      </span>
      <Segmented
        label="Chart"
        value={chart}
        onChange={(next) => onChange({ chart: next })}
        options={[
          { value: "activity", label: "Activity" },
          ...(hasDurations ? [{ value: "durations", label: "Durations" } as const] : []),
          { value: "none", label: "None" },
        ]}
      />
      <Select
        label="Order"
        value={sort}
        onChange={(next) => onChange({ sort: next })}
        options={[
          { value: "newest", label: "Newest" },
          { value: "oldest", label: "Oldest" },
          { value: "ended", label: "Last ended" },
          ...(canSortByDuration
            ? [
                { value: "longest", label: "Longest" } as const,
                { value: "shortest", label: "Shortest" } as const,
              ]
            : []),
          { value: "name", label: "Name" },
        ]}
      />
    </>
  );
}
