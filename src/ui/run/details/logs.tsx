import { useEffect, useEffectEvent, useState } from "react";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { RunModel } from "../../graph/model.ts";
import { Empty } from "../../kit/panel.tsx";
import { LogView, useLogLines } from "../../log-view/log-view.tsx";
import { useMayGrow } from "../data.ts";
import type { Selection } from "../selection.ts";
import type { UrlState } from "../url-state.ts";
import { useAttemptSpans } from "./use-attempt-spans.ts";
import { useDescendants } from "./use-descendants.ts";

interface Props {
  url: UrlState;
  run: FlowRun;
  selection: Selection;
  model: RunModel | undefined;
  isLive: boolean;
  /** Told how many lines there are, as they are counted. */
  onTotal: (total: number) => void;
}

/** The log of what is selected. */
export function Logs(props: Props) {
  const { flowRunId, taskRunId } = props.selection;
  return <LogOf key={`${flowRunId} ${taskRunId}`} {...props} />;
}

function LogOf({ url, run, selection, model, isLive, onTotal }: Props) {
  const { flowRunId, taskRunId } = selection;
  const mayGrow = useMayGrow(run);
  // It stays where it is when the run completes.
  const [startAt] = useState<"start" | "end">(isLive || run.state_type !== "COMPLETED" ? "end" : "start");
  const hasSubflows =
    taskRunId === undefined &&
    (model?.nodes.some((node) => node.kind === "flow-run" && node.flow_run_id === flowRunId) ?? false);
  const subflows = useDescendants(flowRunId, hasSubflows && url.log.withSubflows);
  const { total } = useLogLines({ flowRunId, taskRunId, startAt, level: 0, text: "" });
  const tell = useEffectEvent(onTotal);
  useEffect(() => {
    if (total !== undefined) tell(total);
  }, [total]);
  const attempts = useAttemptSpans(
    selection,
    selection.node?.run_count ?? (flowRunId === run.id ? run.run_count : undefined),
  );
  const nameOf = (id: string) => {
    const index = model?.indexOf(id);
    return index === undefined ? undefined : model?.nodes[index]?.name;
  };
  return (
    <LogView
      {...{ flowRunId, taskRunId, startAt }}
      isLive={mayGrow}
      state={url.log}
      onState={url.setLog}
      taskName={nameOf}
      onTask={url.select}
      subflows={hasSubflows ? subflows : undefined}
      attempts={attempts}
      empty={
        <Empty
          title={isLive ? "No logs yet" : "No logs"}
          code={`import { runLogger } from "praetor-flow";\n\nrunLogger().info(\`\${rows.length} rows read\`);`}
        >
          Logs and console output of {taskRunId ? "the task" : "the flow"} appear here as they are written.
        </Empty>
      }
    />
  );
}
