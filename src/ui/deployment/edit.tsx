import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { type CollisionStrategy, type Deployment, deployments } from "../../schema/deployments.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { query, useCommand } from "../api.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { Field, inputLook, tiedTo } from "../kit/field.tsx";
import { Segmented } from "../kit/segmented.tsx";
import { Select } from "../kit/select.tsx";
import { say } from "../kit/toast.tsx";
import { TagField, tagsIn } from "../parts/tag-field.tsx";

interface Props {
  deployment: Deployment;
  onClose: () => void;
}

interface Draft {
  description: string;
  tags: string;
  queue: string;
  /** Empty: no limit. */
  limit: string;
  strategy: CollisionStrategy;
  /** Seconds; empty: the server's own. */
  grace: string;
}

/** What may be changed about a deployment besides its schedules and parameters, which have tabs of their own. */
export function Edit({ deployment, onClose }: Props) {
  const id = useId();
  const [before] = useState(() => draftOf(deployment));
  const [draft, setDraft] = useState(before);
  const update = useCommand(deployments.update);
  const set = (patch: Partial<Draft>) => setDraft((old) => ({ ...old, ...patch }));
  const problems = problemsOf(draft);
  const submit = () => {
    if (problems.limit || problems.grace) return;
    update.mutate(
      { id: deployment.id, ...changes(before, draft) },
      {
        onSuccess: () => {
          say.done(`Changed ${deployment.name}`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Edit ${deployment.name}`}
      footer={
        <>
          <p role="alert" className="min-w-0 flex-1 break-words text-danger">
            {update.error?.message}
          </p>
          <Button size="md" onClick={onClose}>
            Cancel
          </Button>
          <Button size="md" look="primary" type="submit" form={id} disabled={update.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Description value={draft.description} onChange={(description) => set({ description })} />
        <TagField
          value={draft.tags}
          onChange={(tags) => set({ tags })}
          description="Runs made from now on have them, too."
        />
        {deployment.work_pool_name && (
          <Queue pool={deployment.work_pool_name} value={draft.queue} onChange={(queue) => set({ queue })} />
        )}
        <LimitFields draft={draft} problems={problems} onChange={set} />
      </form>
    </Dialog>
  );
}

const draftOf = ({ description, tags, work_queue_name, ...deployment }: Deployment): Draft => ({
  description: description ?? "",
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

const whole = /^\d+$/;
function problemsOf({ limit, grace }: Draft): Problems {
  const seconds = Number(grace);
  const isGrace = grace === "" || (whole.test(grace) && seconds >= 60 && seconds <= 86_400);
  return {
    limit:
      limit === "" || (whole.test(limit) && Number(limit) > 0)
        ? undefined
        : "Expected a whole number from 1 on, or nothing for no limit",
    grace: isGrace ? undefined : "Expected 60 to 86400 seconds",
  };
}

/** Only what is another value: what is sent counts as given. */
function changes(before: Draft, after: Draft) {
  const isOther = (...keys: (keyof Draft)[]) => keys.some((key) => before[key] !== after[key]);
  return {
    ...(isOther("description") ? { description: after.description } : {}),
    ...(isOther("tags") ? { tags: tagsIn(after.tags) } : {}),
    ...(isOther("queue") ? { work_queue_name: after.queue } : {}),
    ...(isOther("limit") ? { concurrency_limit: after.limit === "" ? null : Number(after.limit) } : {}),
    ...(isOther("limit", "strategy", "grace")
      ? {
          concurrency_options: {
            collision_strategy: after.strategy,
            grace_period_seconds: after.grace === "" ? null : Number(after.grace),
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
        {...tiedTo(id, {})}
        rows={3}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputLook} py-1.5`}
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
  const [limitId, graceId] = [useId(), useId()];
  return (
    <fieldset className="flex flex-col gap-4 border-t pt-3">
      <legend className="sr-only">Limit</legend>
      <Field
        label="Runs at a time"
        id={limitId}
        description="How many of its runs may be on at once."
        error={problems.limit}
      >
        <input
          {...tiedTo(limitId, { description: true, error: problems.limit })}
          inputMode="numeric"
          value={draft.limit}
          placeholder="no limit"
          onChange={(event) => onChange({ limit: event.target.value.trim() })}
          className={`${inputLook} h-8 !w-32`}
        />
      </Field>
      {draft.limit !== "" && (
        <>
          <Labelled label="When it is full, a new run">
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
          <Field
            label="Grace, in seconds"
            id={graceId}
            description="How long a slot is held for a run that shows no sign of life."
            error={problems.grace}
          >
            <input
              {...tiedTo(graceId, { description: true, error: problems.grace })}
              inputMode="numeric"
              value={draft.grace}
              placeholder="300"
              onChange={(event) => onChange({ grace: event.target.value.trim() })}
              className={`${inputLook} h-8 !w-32`}
            />
          </Field>
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
