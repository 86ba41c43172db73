import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { type CollisionStrategy, type Deployment, deployments } from "../../schema/deployments.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { query, useApi, useCommand } from "../api.ts";
import { CountField, countOf, countProblem } from "../kit/controls/count-field.tsx";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { TagField, tagsIn } from "../kit/controls/tag-field.tsx";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";

interface Props {
  deployment: Deployment;
  onClose: () => void;
}

interface Draft {
  description: string;
  tags: string;
  paused: boolean;
  queue: string;
  /** Empty: no limit. */
  limit: string;
  strategy: CollisionStrategy;
  /** Seconds; empty: the server's own. */
  grace: string;
}

/** What may be changed about a deployment besides its schedules and parameters, which have tabs of their own. */
export function Edit({ deployment, onClose }: Props) {
  const { client } = useApi();
  const [before] = useState(() => draftOf(deployment));
  const [draft, setDraft] = useState(before);
  const update = useCommand(deployments.update);
  const set = (patch: Partial<Draft>) => setDraft((old) => ({ ...old, ...patch }));
  const problems = problemsOf(draft);
  const isWrong = problems.limit !== undefined || problems.grace !== undefined;
  const input = { id: deployment.id, ...changes(before, draft, deployment.work_pool_name) };
  return (
    <ConfirmDialog
      title={`Edit ${deployment.name}`}
      verb="Save"
      act={async () => (isWrong ? false : update.mutateAsync(input))}
      done={`Changed ${deployment.name}`}
      {...(isWrong ? {} : { command: curlOf(client.baseUrl, deployments.update, input) })}
      onClose={onClose}
    >
      <Description value={draft.description} onChange={(description) => set({ description })} />
      <TagField
        value={draft.tags}
        onChange={(tags) => set({ tags })}
        description="New runs get these tags too."
      />
      <Labelled label="Its schedules" note={draft.paused ? "make no runs" : "make runs"}>
        <Segmented
          label="State"
          value={draft.paused ? "paused" : "active"}
          onChange={(next) => set({ paused: next === "paused" })}
          options={[
            { value: "active", label: "Active" },
            { value: "paused", label: "Paused" },
          ]}
        />
      </Labelled>
      {deployment.work_pool_name && (
        <Queue pool={deployment.work_pool_name} value={draft.queue} onChange={(queue) => set({ queue })} />
      )}
      <LimitFields draft={draft} problems={problems} onChange={set} />
    </ConfirmDialog>
  );
}

const draftOf = ({ description, tags, paused, work_queue_name, ...deployment }: Deployment): Draft => ({
  description: description ?? "",
  paused,
  tags: tags.join(", "),
  queue: work_queue_name ?? "",
  limit: String(deployment.global_concurrency_limit?.limit ?? ""),
  strategy: deployment.concurrency_options?.collision_strategy ?? "ENQUEUE",
  grace: String(deployment.concurrency_options?.grace_period_seconds ?? ""),
});

interface Problems {
  limit: string | undefined;
  grace: string | undefined;
}

function problemsOf({ limit, grace }: Draft): Problems {
  const seconds = countOf(grace) ?? 60;
  return {
    limit: countProblem(limit, { min: 1, isOptional: true }),
    grace:
      countProblem(grace, { min: 60, isOptional: true }) ??
      (seconds > 86_400 ? "expected at most 86400 seconds, a day" : undefined),
  };
}

/** Only what is another value: what is sent counts as given. */
function changes(before: Draft, after: Draft, pool: string | null) {
  const isOther = (...keys: (keyof Draft)[]) => keys.some((key) => before[key] !== after[key]);
  return {
    ...(isOther("description") ? { description: after.description } : {}),
    ...(isOther("tags") ? { tags: tagsIn(after.tags) } : {}),
    ...(isOther("paused") ? { paused: after.paused } : {}),
    // A queue by itself would be one of the default pool.
    ...(isOther("queue") ? { work_pool_name: pool, work_queue_name: after.queue } : {}),
    ...(isOther("limit") ? { concurrency_limit: countOf(after.limit) } : {}),
    ...(isOther("limit", "strategy", "grace")
      ? {
          concurrency_options:
            after.limit.trim() === ""
              ? null
              : {
                  collision_strategy: after.strategy,
                  grace_period_seconds: countOf(after.grace),
                },
        }
      : {}),
  };
}

function Description({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const id = useId();
  return (
    <Field label="Description" id={id}>
      <textarea
        {...inputProps(id, {})}
        rows={3}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClass} py-1.5`}
      />
    </Field>
  );
}

interface QueueProps {
  pool: string;
  value: string;
  onChange: (queue: string) => void;
}

function Queue({ pool, value, onChange }: QueueProps) {
  const { data = [] } = useQuery(query(workQueues.filterInPool, { pool }));
  const names = [...new Set([value, ...data.map((queue) => queue.name)])].filter(Boolean);
  return (
    <Labelled label="Work queue" note={`in pool ${pool}`}>
      <Select
        label="Work queue"
        value={value}
        onChange={onChange}
        options={names.map((name) => ({ value: name, label: name }))}
      />
    </Labelled>
  );
}

interface LimitProps {
  draft: Draft;
  problems: Problems;
  onChange: (patch: Partial<Draft>) => void;
}

function LimitFields({ draft, problems, onChange }: LimitProps) {
  return (
    <fieldset className="flex flex-col gap-3 border-t pt-3">
      <legend className="sr-only">Limit</legend>
      <CountField
        label="Runs at a time"
        value={draft.limit}
        onChange={(limit) => onChange({ limit })}
        description="Maximum number of runs at once."
        placeholder="no limit"
        error={problems.limit}
      />
      {draft.limit.trim() !== "" && (
        <>
          <Labelled label="When full, a new run">
            <Segmented
              label="When the limit is full"
              value={draft.strategy}
              onChange={(strategy) => onChange({ strategy })}
              options={[
                { value: "ENQUEUE", label: "waits" },
                { value: "CANCEL_NEW", label: "is cancelled" },
              ]}
            />
          </Labelled>
          <CountField
            label="Grace period in seconds"
            value={draft.grace}
            onChange={(grace) => onChange({ grace })}
            description="How long a slot is kept for a run that sends no heartbeat."
            placeholder="300"
            error={problems.grace}
          />
        </>
      )}
    </fieldset>
  );
}

/** A choice that carries its own label for those who do not see this one. */
function Labelled({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
      <span className="font-strong">
        {label} {note && <span className="font-normal text-muted">{note}</span>}
      </span>
      {children}
    </div>
  );
}
