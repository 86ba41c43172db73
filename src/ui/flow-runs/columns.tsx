import { cx } from "../kit/cx.ts";
import type { HeadOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import type { Column } from "../kit/table/table.tsx";
import type { Selection } from "../kit/table/use-selection.ts";
import { headline } from "../parts/runs/headline.ts";
import { Details, DurationCell } from "../parts/runs/run-cells.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateBadge, StateIcon } from "../parts/runs/state-badge.tsx";
import { type Explained, mayWait } from "../parts/runs/use-explained.ts";
import { WhyWaiting } from "../parts/runs/why-waiting.tsx";
import { inOneLine } from "../parts/tag.tsx";
import { RunDuration } from "../parts/time/duration.tsx";
import { Time } from "../parts/time/time.tsx";
import type { TypicalDuration } from "../parts/time/typical-duration.ts";
import { valueAt } from "../parts/value-at.ts";
import type { Key } from "./fields.ts";
import { beganAt, isFlowRun, type Run } from "./lists.ts";
import { type Outputs, outputPathOf } from "./use-outputs.ts";
import type { Tab } from "./view.ts";

export interface ColumnContext {
  flowName: (id: string) => string | undefined;
  /** Of task runs: the name of their flow run. */
  runName: (id: string) => string | undefined;
  usual: (flowId: string) => TypicalDuration | undefined;
  /** Why a run waits, where it does and the server tells. */
  explained: Explained;
  /** Narrows the query to what was clicked. */
  narrow: (key: Key, value: string) => void;
  /** Orders of the list, for the heads of the columns that they stand for. */
  byName: HeadOrder;
  byStart: HeadOrder;
  /** Undefined where the server cannot sort by it. */
  byDuration: HeadOrder | undefined;
}

interface ListedRuns {
  rows: readonly Run[];
  selection: Selection<Run>;
  isNarrow: boolean;
}

/** As the menu of columns names them. */
export const columnNames = {
  "flow-runs": [
    { key: "state", label: "State" },
    { key: "name", label: "Run" },
    { key: "flow", label: "Flow" },
    { key: "started", label: "Started" },
    { key: "duration", label: "Duration" },
    { key: "details", label: "Message, parameters, tags" },
  ],
  "task-runs": [
    { key: "state", label: "State" },
    { key: "name", label: "Task run" },
    { key: "run", label: "Flow run" },
    { key: "started", label: "Started" },
    { key: "duration", label: "Duration" },
    { key: "details", label: "Message, tags" },
  ],
} as const;

/** A parameter, or a part of one by its path: `param.region`. */
export function parameterColumn(key: string): Column<Run> | undefined {
  const [, path] = /^param\.(.+)$/.exec(key) ?? [];
  if (path === undefined) return undefined;
  return {
    ...{ key, head: path, width: "minmax(90px, 0.7fr)" },
    cell: (run) => {
      const value = isFlowRun(run) ? valueAt(run.parameters, path) : undefined;
      if (value === undefined) return <span className="text-faint">–</span>;
      return (
        <span className="block truncate font-mono text-xs" title={inOneLine(value)}>
          {inOneLine(value)}
        </span>
      );
    },
  };
}

/** A part of a result or an artifact by its path: `output.report.rows.0`. */
export function outputColumn(key: string, outputs: Outputs): Column<Run> | undefined {
  const path = outputPathOf(key);
  if (path === undefined) return undefined;
  return {
    ...{ key, head: path, width: "minmax(90px, 0.7fr)" },
    cell: (run) => {
      const text = outputs(run, path);
      if (text === undefined) return <span className="text-faint">–</span>;
      return (
        <span className="block truncate font-mono text-xs" title={text}>
          {text}
        </span>
      );
    },
  };
}

/** The columns for what is shown and how wide the window is. */
export function columnsOf(
  tab: Tab,
  { rows, selection, isNarrow }: ListedRuns,
  context: ColumnContext,
): readonly Column<Run>[] {
  const what = tab === "flow-runs" ? "runs" : "task runs";
  const select = selectColumn({ rows, selection, what });
  if (isNarrow) return [select, ...narrowColumns(context)];
  return [select, ...(tab === "flow-runs" ? flowRunColumns(context) : taskRunColumns(context))];
}

function flowRunColumns(context: ColumnContext): readonly Column<Run>[] {
  return [
    { key: "state", head: "State", width: "132px", cell: (run) => <State run={run} /> },
    {
      ...{ key: "name", head: "Run", order: context.byName, width: "minmax(130px, 1fr)" },
      cell: (run) => <Name run={run} />,
    },
    {
      key: "flow",
      head: "Flow",
      width: "minmax(110px, 0.9fr)",
      cell: (run) => <FlowCell run={run} context={context} />,
    },
    {
      ...{ key: "started", head: "Started", order: context.byStart, width: "104px" },
      cell: (run) => <Started run={run} />,
    },
    {
      ...{ key: "duration", head: "Duration", ...orderBy(context.byDuration), width: "176px" },
      cell: (run) => (
        <DurationCell run={run} usual={isFlowRun(run) ? context.usual(run.flow_id) : undefined} />
      ),
    },
    {
      key: "details",
      head: "Message, parameters, tags",
      width: "minmax(160px, 2.6fr)",
      cell: (run) => <RunDetails run={run} context={context} />,
    },
  ];
}

function taskRunColumns(context: ColumnContext): readonly Column<Run>[] {
  return [
    { key: "state", head: "State", width: "132px", cell: (run) => <State run={run} /> },
    {
      ...{ key: "name", head: "Task run", order: context.byName, width: "minmax(140px, 1.2fr)" },
      cell: (run) => <Name run={run} />,
    },
    {
      key: "run",
      head: "Flow run",
      width: "minmax(120px, 1fr)",
      cell: (run) => <FlowRunCell run={run} context={context} />,
    },
    {
      ...{ key: "started", head: "Started", order: context.byStart, width: "104px" },
      cell: (run) => <Started run={run} />,
    },
    {
      ...{ key: "duration", head: "Duration", ...orderBy(context.byDuration), width: "96px" },
      cell: (run) => <RunDuration run={run} />,
    },
    {
      key: "details",
      head: "Message, tags",
      width: "minmax(160px, 2.4fr)",
      cell: (run) => <RunDetails run={run} context={context} />,
    },
  ];
}

const orderBy = (order: HeadOrder | undefined) => (order ? { order } : {});

/** One column of two lines, for a phone. */
function narrowColumns(context: ColumnContext): readonly Column<Run>[] {
  return [
    {
      key: "run",
      head: "Run",
      width: "minmax(0, 1fr)",
      cell: (run) => <TwoLines run={run} context={context} />,
    },
  ];
}

const State = ({ run }: { run: Run }) => (
  <StateBadge type={run.state_type} name={run.state_name} className="max-w-full" />
);

function Name({ run, className }: { run: Run; className?: string }) {
  const target = isFlowRun(run)
    ? { kind: "flow-run" as const, id: run.id }
    : { kind: "task-run" as const, id: run.id, flowRunId: run.flow_run_id };
  return (
    <RunLink {...target} tabIndex={-1} className={cx("block font-strong", className)}>
      {run.name}
    </RunLink>
  );
}

function FlowCell({ run, context }: { run: Run; context: ColumnContext }) {
  const name = isFlowRun(run) ? context.flowName(run.flow_id) : undefined;
  if (!name) return null;
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`Only runs of ${name}`}
      className="max-w-full truncate text-muted hover:text-fg hover:underline"
      onClick={() => context.narrow("flow", name)}
    >
      {name}
    </button>
  );
}

function FlowRunCell({ run, context }: { run: Run; context: ColumnContext }) {
  if (isFlowRun(run) || !run.flow_run_id) return null;
  return (
    <RunLink kind="flow-run" id={run.flow_run_id} tabIndex={-1} className="block text-muted">
      {context.runName(run.flow_run_id) ?? run.flow_run_id.slice(0, 8)}
    </RunLink>
  );
}

const Started = ({ run }: { run: Run }) => (
  <span className="text-muted">
    <Time time={run.start_time ?? beganAt(run)} />
  </span>
);

function RunDetails({ run, context }: { run: Run; context: ColumnContext }) {
  const { narrow } = context;
  return (
    <Details
      run={run}
      waiting={mayWait(run) ? context.explained(run.id) : undefined}
      parameters={isFlowRun(run) ? run.parameters : {}}
      onParameter={(name, value) =>
        narrow("param", `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
      }
      onTag={(tag) => narrow("tag", tag)}
    />
  );
}

function TwoLines({ run, context }: { run: Run; context: ColumnContext }) {
  const of = isFlowRun(run) ? context.flowName(run.flow_id) : context.runName(run.flow_run_id ?? "");
  const waiting = mayWait(run) ? context.explained(run.id) : undefined;
  return (
    <span className="block">
      <span className="flex items-center gap-2">
        <StateIcon type={run.state_type} name={run.state_name} title />
        <Name run={run} className="min-w-0 flex-1" />
        <span className="text-xs text-muted">
          <Time time={beganAt(run)} />
        </span>
      </span>
      <span className="flex items-center gap-2 pl-[22px] text-xs text-muted">
        <span className="shrink-0">
          <RunDuration run={run} />
        </span>
        <span className="truncate">
          {[of, run.state_type === "COMPLETED" || waiting ? "" : headline(run)].filter(Boolean).join(" · ")}
          {waiting && " · "}
          {waiting && <WhyWaiting waiting={waiting} />}
        </span>
      </span>
    </span>
  );
}
