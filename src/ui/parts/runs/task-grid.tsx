import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import type { TaskHistory, TaskHistoryCell } from "../../../schema/task-history.ts";
import { query } from "../../api.ts";
import { cx } from "../../kit/cx.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { useSettings } from "../../settings.ts";
import { duration } from "../time/durations.ts";
import { absolute, timeOf } from "../time/times.ts";
import { runPath } from "./run-link.tsx";
import { StateIcon } from "./state-badge.tsx";
import { stateOrder, stateStyle } from "./states.ts";
import { typicalTaskDurations, useTaskHistory } from "./task-history.ts";

interface TaskGridProps {
  /** The run whose deployment or flow it is about. */
  run: Pick<FlowRun, "id" | "deployment_id" | "flow_id">;
  /** All runs of the flow, whatever their deployment. */
  by?: "flow";
  /** Marks the column of the run. */
  isOwn?: boolean;
}

/** What became of each task in the latest runs: tasks down, runs across, the newest at the right. */
export function TaskGrid({ run, by, isOwn = false }: TaskGridProps) {
  const source = useTaskHistory(run, { by });
  return (
    <Panel
      what="The history"
      className="min-h-0 flex-1 bg-surface"
      source={source}
      skeleton={<SkeletonRows rows={8} label="Loading the history" />}
      isEmpty={({ tasks }) => tasks.length === 0}
      empty={<NoTasks />}
    >
      {(history) => (
        <Grid
          history={history}
          ownId={isOwn ? run.id : undefined}
          isOfDeployment={by !== "flow" && run.deployment_id !== null}
        />
      )}
    </Panel>
  );
}

/** The grid of a flow or a deployment, from its newest run on. */
export function NewestTaskGrid({ of }: { of: { deployment: string } | { flow: string } }) {
  const newest = useQuery(
    query(flowRuns.filter, {
      flow_runs: {
        ...("deployment" in of ? { deployment_id: { any_: [of.deployment] } } : {}),
        state: { type: { not_any_: ["SCHEDULED"] } },
      },
      ...("flow" in of ? { flows: { id: { any_: [of.flow] } } } : {}),
      ...{ sort: "START_TIME_DESC", limit: 1 },
    }),
  );
  return (
    <Panel
      what="The history"
      className="min-h-0 flex-1 bg-surface"
      source={newest}
      skeleton={<SkeletonRows rows={8} label="Loading the history" />}
      isEmpty={(runs) => runs.length === 0}
      empty={<NoTasks />}
    >
      {([run]) => run && <TaskGrid run={run} {...("flow" in of ? { by: "flow" } : {})} />}
    </Panel>
  );
}

const NoTasks = () => (
  <Empty title="No task runs yet">
    Rows are tasks, columns are the latest runs; each cell shows the state of the task in that run.
  </Empty>
);

/** Rows that are rendered at first: more would delay them. */
const shownAtFirst = 100;

interface GridProps {
  history: TaskHistory;
  ownId: string | undefined;
  isOfDeployment: boolean;
}

function Grid({ history, ownId, isOfDeployment }: GridProps) {
  const { runs, tasks, is_cut } = history;
  const [most, setMost] = useState(shownAtFirst);
  const shown = tasks.slice(0, most);
  const usual = typicalTaskDurations(history);
  const { frame, onKeyDown, onFocus, tabIndexOf } = useGridKeys();
  return (
    <div className="min-h-0 flex-1 overflow-auto" ref={frame}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrows move between its cells
        role="grid"
        aria-label="Tasks of the latest runs"
        className="border-separate border-spacing-0"
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky top-0 left-0 z-20 h-10 min-w-40 border-b bg-surface px-3 text-left text-xs font-normal text-muted"
            >
              Task · {runs.length} {runs.length === 1 ? "run" : "runs"} of the{" "}
              {isOfDeployment ? "deployment" : "flow"}
            </th>
            {runs.map((run, column) => (
              <th
                key={run.id}
                scope="col"
                className={cx(
                  "sticky top-0 z-10 border-b bg-surface px-0.5",
                  run.id === ownId && "bg-active",
                )}
              >
                <RunHead
                  run={run}
                  isOwn={run.id === ownId}
                  tabIndex={tabIndexOf(0, column)}
                  place={`0 ${column}`}
                />
              </th>
            ))}
            <th
              scope="col"
              className="sticky top-0 z-10 w-full border-b bg-surface px-3 text-left text-xs font-normal text-muted"
            >
              Usually
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((task, row) => (
            <TaskRow
              key={task.task_key}
              {...{ task, runs, ownId, tabIndexOf }}
              row={row + 1}
              usually={usual(task.task_key)?.middle}
            />
          ))}
        </tbody>
      </table>
      {tasks.length > most && (
        <button
          type="button"
          className="m-3 text-accent hover:underline"
          onClick={() => setMost(tasks.length)}
        >
          Show all {tasks.length.toLocaleString("en")} tasks
        </button>
      )}
      {is_cut && <p className="px-3 py-2 text-xs text-muted">Older runs or further tasks are not shown</p>}
    </div>
  );
}

interface RowProps {
  task: TaskHistory["tasks"][number];
  runs: TaskHistory["runs"];
  ownId: string | undefined;
  row: number;
  /** Seconds. */
  usually: number | undefined;
  tabIndexOf: (row: number, column: number) => number;
}

function TaskRow({ task: { name, cells }, runs, ownId, row, usually, tabIndexOf }: RowProps) {
  return (
    <tr className="group">
      <th
        scope="row"
        title={name}
        className="sticky left-0 z-10 h-8 max-w-72 min-w-40 truncate border-b bg-surface px-3 text-left font-normal group-hover:bg-hover"
      >
        {name}
      </th>
      {runs.map((run, column) => (
        <td
          key={run.id}
          className={cx("border-b px-0.5 text-center group-hover:bg-hover", run.id === ownId && "bg-active")}
        >
          <Cell
            run={run}
            task={name}
            cells={cells.filter((cell) => cell.run === column)}
            tabIndex={tabIndexOf(row, column)}
            place={`${row} ${column}`}
          />
        </td>
      ))}
      <td className="border-b px-3 whitespace-nowrap text-muted group-hover:bg-hover">
        {usually !== undefined && duration(usually)}
      </td>
    </tr>
  );
}

interface HeadProps {
  run: TaskHistory["runs"][number];
  isOwn: boolean;
  tabIndex: number;
  place: string;
}

function RunHead({ run, isOwn, tabIndex, place }: HeadProps) {
  const { zone } = useSettings();
  const { label } = stateStyle(run.state_type, run.state_name);
  const when = run.start_time === null ? "not started" : absolute(timeOf(run.start_time), zone);
  const text = `${run.name}, ${label}, ${when}${isOwn ? ", this run" : ""}`;
  return (
    <Link
      to={`${runPath({ kind: "flow-run", id: run.id })}?view=history`}
      tabIndex={tabIndex}
      data-place={place}
      title={text}
      aria-label={text}
      aria-current={isOwn ? "page" : undefined}
      className="inline-flex size-7 items-center justify-center rounded-md hover:bg-hover"
    >
      <StateIcon type={run.state_type} name={run.state_name} />
    </Link>
  );
}

interface CellProps {
  run: TaskHistory["runs"][number];
  task: string;
  /** One for each type of state. */
  cells: readonly TaskHistoryCell[];
  tabIndex: number;
  place: string;
}

/** The worst state is the sign; a bar below it tells how many of a mapped task are in which. */
function Cell({ run, task, cells, tabIndex, place }: CellProps) {
  const inOrder = stateOrder.flatMap((type) => cells.filter(({ state_type }) => state_type === type));
  const [worst] = inOrder;
  if (!worst) return <span className="sr-only">not called</span>;
  const total = inOrder.reduce((sum, { count }) => sum + count, 0);
  const longest = Math.max(...inOrder.map(({ seconds }) => seconds ?? 0));
  const states = inOrder.map(({ state_type, count }) => {
    const label = stateStyle(state_type).label;
    return total === 1 ? label : `${count.toLocaleString("en")} ${label.toLowerCase()}`;
  });
  const text = `${task} in ${run.name}: ${states.join(", ")}${longest > 0 ? `, ${duration(longest)}` : ""}`;
  return (
    <Link
      to={runPath({ kind: "task-run", id: worst.task_run_id, flowRunId: run.id })}
      tabIndex={tabIndex}
      data-place={place}
      title={text}
      aria-label={text}
      className="relative inline-flex size-7 items-center justify-center rounded-md hover:bg-active"
    >
      <StateIcon type={worst.state_type} />
      {inOrder.length > 1 && (
        <span className="absolute inset-x-1 bottom-0.5 flex h-[3px] overflow-hidden rounded-full">
          {inOrder.map(({ state_type, count }) => (
            <span
              key={state_type}
              style={{ flexGrow: count, minWidth: 2, backgroundColor: stateStyle(state_type).color }}
            />
          ))}
        </span>
      )}
    </Link>
  );
}

/** One stop for the Tab key; arrows move from cell to cell, past those that are empty. */
function useGridKeys() {
  const frame = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState("0 0");
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    const [row = 0, column = 0] = place.split(" ").map(Number);
    const places = [...(frame.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [])].map(
      (element) => {
        const [ofRow = 0, ofColumn = 0] = (element.dataset.place ?? "").split(" ").map(Number);
        return { element, ahead: [ofRow - row, ofColumn - column] as const };
      },
    );
    const [down, right] = step;
    const found = places
      .filter(({ ahead: [rows, columns] }) =>
        down !== 0 ? columns === 0 && rows * down > 0 : rows === 0 && columns * right > 0,
      )
      .toSorted((a, b) => Math.abs(a.ahead[0] + a.ahead[1]) - Math.abs(b.ahead[0] + b.ahead[1]))[0];
    if (!found) return;
    event.preventDefault();
    found.element.focus();
  };
  return {
    frame,
    onKeyDown,
    onFocus: ({ target }: { target: EventTarget }) => {
      if (target instanceof HTMLElement && target.dataset.place) setPlace(target.dataset.place);
    },
    tabIndexOf: (row: number, column: number) => (place === `${row} ${column}` ? 0 : -1),
  };
}

const steps: Record<string, readonly [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
