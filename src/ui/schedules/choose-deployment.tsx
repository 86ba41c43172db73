import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import { deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { inputClass } from "../kit/controls/field.tsx";
import { ListSearch } from "../kit/controls/list-search.tsx";
import { cx } from "../kit/cx.ts";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import { ScheduleSummary } from "../parts/time/schedule-summary.tsx";

interface Props {
  onChoose: (id: string) => void;
  onClose: () => void;
}

const most = 50;

/** Finds the deployment that a new schedule belongs to; arrows and Enter choose. */
export function ChooseDeployment({ onChoose, onClose }: Props) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const wanted = useDeferredValue(typed.trim());
  const found = useQuery({
    ...query(deployments.filter, {
      ...(wanted ? { deployments: { flow_or_deployment_name: { like_: wanted } } } : {}),
      sort: "NAME_ASC",
      limit: most,
    }),
    placeholderData: (previous) => previous,
  });
  const rows = found.data ?? [];
  const { nameOf } = useFlowNames(rows.map((row) => row.flow_id));
  return (
    <Dialog open onClose={onClose} title="Add a schedule" description="Choose the deployment to schedule.">
      <ListSearch
        label="Search deployments"
        placeholder="Name of the deployment or its flow"
        listId={id}
        text={typed}
        onText={setTyped}
        count={rows.length}
        active={active}
        onActive={setActive}
        // Right after a key the list is that of the text before.
        onEnter={(at) => rows[at] && wanted === typed.trim() && !found.isFetching && onChoose(rows[at].id)}
        className={cx(inputClass, "h-8")}
      />
      <div id={id} role="listbox" aria-label="Deployments" className="mt-2 min-h-64">
        {found.isPending && <SkeletonRows rows={6} label="Loading deployments" />}
        {found.isError && !found.data && (
          <Failed what="Deployments" error={found.error} onRetry={() => void found.refetch()} />
        )}
        {found.data && rows.length === 0 && (
          <p className="px-2 py-3 text-muted">
            {wanted ? "No deployment matches." : "No deployments yet: deploy a flow first."}
          </p>
        )}
        {rows.map((row, index) => (
          <button
            key={row.id}
            type="button"
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={cx(
              "flex h-8 w-full items-center gap-2 rounded-sm px-2 text-left",
              index === active && "bg-hover",
            )}
            onMouseMove={() => setActive(index)}
            onClick={() => onChoose(row.id)}
          >
            <span className="shrink-0 font-strong">{row.name}</span>
            <span className="min-w-0 truncate text-muted">{nameOf(row.flow_id)}</span>
            <span className="ml-auto min-w-0 text-xs text-muted">
              <ScheduleSummary schedules={row.schedules} />
            </span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}
