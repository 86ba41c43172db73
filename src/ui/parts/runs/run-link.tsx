import type { MouseEvent, ReactNode } from "react";
import { cx } from "../../kit/cx.ts";
import { Link } from "../../kit/router.tsx";

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
  onClick?: (event: MouseEvent) => void;
}

export function RunLink({ children, className, tabIndex, onClick, ...target }: Props) {
  const look = cx("truncate hover:underline", className);
  return (
    <Link to={runPath(target)} tabIndex={tabIndex} onClick={onClick} className={look}>
      {children}
    </Link>
  );
}
