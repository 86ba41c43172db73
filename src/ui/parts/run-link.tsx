import type { ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "../kit/cx.ts";

interface Target {
  kind: "flow-run" | "task-run";
  id: string;
  /** Of a task run: the flow run it belongs to. */
  flowRunId?: string | null;
}

/** The address of a run's page. A task run is a selection on the page of its flow run. */
export const runPath = ({ kind, id, flowRunId }: Target): string =>
  kind === "flow-run" ? `/runs/${id}` : `/runs/${flowRunId}/tasks/${id}`;

interface Props extends Target {
  children: ReactNode;
  className?: string;
  tabIndex?: number;
}

export function RunLink({ children, className, tabIndex, ...target }: Props) {
  return (
    <Link to={runPath(target)} tabIndex={tabIndex} className={cx("truncate hover:underline", className)}>
      {children}
    </Link>
  );
}
