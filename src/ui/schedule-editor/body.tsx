import { useId, useRef, useState } from "react";
import { inWords, type ScheduleProblem, scheduleProblem } from "../../rules/schedules.ts";
import type { Schedule } from "../../schema/schedules.ts";
import { Button } from "../kit/controls/button.tsx";
import { Field } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { useNow } from "../kit/now.ts";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { zoneName } from "../parts/time/times.ts";
import { sameJson } from "../schema-form/shapes.ts";
import { useSettings } from "../settings.ts";
import { CronFields } from "./cron.tsx";
import { ScheduleDifference } from "./difference.tsx";
import {
  draftOf,
  inputOf,
  type KindProps,
  newDraft,
  type ScheduleDraft,
  scheduleOf,
  switched,
} from "./drafts.ts";
import type { Answer } from "./forecast.ts";
import { IntervalFields } from "./interval.tsx";
import { ScheduleOptions, useScheduleOptions } from "./options.tsx";
import { SchedulePreview } from "./preview.tsx";
import { dialogSize, type ScheduleEditorProps, titleOf } from "./props.ts";
import { RRuleFields } from "./rrule.tsx";
import { useForecast } from "./use-forecast.ts";
import { ZonePicker } from "./zone-picker.tsx";

const kinds = [
  { value: "cron", label: "Cron" },
  { value: "interval", label: "Interval" },
  { value: "rrule", label: "RRULE" },
] as const;
const fieldsOf = { cron: CronFields, interval: IntervalFields, rrule: RRuleFields };

export function ScheduleEditorBody(props: ScheduleEditorProps) {
  const { saved, onClose } = props;
  const id = useId();
  const now = useNow(10);
  const { zone: viewer } = useSettings();
  const frame = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState(() =>
    saved ? draftOf(saved.schedule, now) : newDraft(zoneName(viewer), now),
  );
  const problem = scheduleProblem(inputOf(draft));
  const schedule = useLastRight(draft, problem);
  const options = useScheduleOptions(props);
  const answer = useForecast({
    shown: schedule,
    saved: saved?.active ? saved.schedule : undefined,
    next: options.active ? schedule : undefined,
    now,
  });
  const saving = useSaving(props, () => {
    const rest = options.read();
    if (!problem && rest) return { schedule: scheduleOf(draft), ...rest };
    // What is wrong is marked with the next drawing.
    requestAnimationFrame(() => firstWrong(frame.current)?.focus());
    return undefined;
  });
  const change = (patch: Partial<ScheduleDraft>) => setDraft((held) => ({ ...held, ...patch }));
  const Fields = fieldsOf[draft.kind];
  return (
    <Dialog
      isForm
      open
      onClose={onClose}
      title={titleOf(props)}
      className={dialogSize}
      footer={
        <Footer
          isNew={!saved}
          saving={saving}
          isWrong={problem !== undefined || options.isWrong}
          onClose={onClose}
        >
          {answer?.difference && !problem && <ScheduleDifference difference={answer.difference} now={now} />}
        </Footer>
      }
    >
      <div
        ref={frame}
        className="grid items-start gap-x-8 gap-y-3 md:grid-cols-[minmax(0,1fr)_minmax(0,440px)] md:grid-rows-[auto_1fr]"
      >
        <div className="flex min-w-0 flex-col gap-3">
          <Words draft={draft} schedule={schedule} problem={problem} />
          <div>
            <Segmented
              label="Kind of schedule"
              value={draft.kind}
              onChange={(kind) => setDraft(switched(draft, kind, now))}
              options={kinds}
            />
          </div>
          <Fields id={id} draft={draft} onChange={change} problem={problem} />
          <Field id={`${id}-zone`} label="Time zone" error={problem?.field === "timezone" && problem.message}>
            <ZonePicker
              id={`${id}-zone`}
              value={draft.timezone}
              onChange={(timezone) => change({ timezone })}
              own={zoneName(viewer)}
              now={now}
            />
          </Field>
        </div>
        <div className="min-w-0 md:row-span-2">
          <Preview answer={answer} viewer={viewer} now={now} isOld={problem !== undefined} />
        </div>
        <ScheduleOptions id={id} options={options} {...props} />
      </div>
    </Dialog>
  );
}

/** The first field that says what is wrong with it. */
const firstWrong = (frame: HTMLElement | null) =>
  frame?.querySelector<HTMLElement>("[aria-invalid=true][aria-describedby]");

/** While what is typed is wrong, the last schedule that was right stays in sight. */
function useLastRight(draft: ScheduleDraft, problem: ScheduleProblem | undefined): Schedule | undefined {
  const [right, setRight] = useState<Schedule>();
  const schedule = problem ? right : scheduleOf(draft);
  if (schedule === undefined || sameJson(schedule, right)) return right;
  setRight(schedule);
  return schedule;
}

function Words({
  draft,
  schedule,
  problem,
}: Pick<KindProps, "draft"> & { schedule: Schedule | undefined; problem: ScheduleProblem | undefined }) {
  return (
    <p role="status" className="min-h-5.5 text-md">
      {problem ? (
        <span className="text-muted">The text below is not a valid schedule.</span>
      ) : (
        inWords(schedule ?? scheduleOf(draft))
      )}
    </p>
  );
}

interface PreviewProps {
  answer: Answer | undefined;
  viewer: string;
  now: number;
  isOld: boolean;
}

function Preview({ answer, ...rest }: PreviewProps) {
  if (answer?.forecast) return <SchedulePreview forecast={answer.forecast} zone={answer.zone} {...rest} />;
  return (
    <div role="status" aria-label="Computing the next fires" className="flex flex-col gap-3">
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-96 w-full" />
    </div>
  );
}

type Draft = Parameters<ScheduleEditorProps["onSave"]>[0];

function useSaving({ onSave, onClose }: ScheduleEditorProps, read: () => Draft | undefined) {
  const [state, setState] = useState<{ isBusy: boolean; isRefused?: boolean; error?: string }>({
    isBusy: false,
  });
  const save = async () => {
    const schedule = read();
    if (!schedule) return setState({ isBusy: false, isRefused: true });
    setState({ isBusy: true });
    try {
      await onSave(schedule);
      onClose();
    } catch (error) {
      setState({ isBusy: false, error: error instanceof Error ? error.message : String(error) });
    }
  };
  return { ...state, save: () => void save() };
}

interface FooterProps {
  isNew: boolean;
  saving: ReturnType<typeof useSaving>;
  isWrong: boolean;
  onClose: () => void;
  children: React.ReactNode;
}

function Footer({ isNew, saving, isWrong, onClose, children }: FooterProps) {
  const error = saving.error ?? (saving.isRefused && isWrong && "Not saved: correct the marked fields.");
  return (
    <div className="flex w-full flex-wrap items-center gap-2">
      <div className="min-w-0 flex-1 basis-full sm:basis-64">
        {error ? (
          <p role="alert" className="break-words text-danger">
            {error}
          </p>
        ) : (
          children
        )}
      </div>
      <Button size="md" className="ml-auto" onClick={onClose}>
        Cancel
      </Button>
      <Button size="md" variant="primary" disabled={saving.isBusy} onClick={saving.save}>
        {isNew ? "Add schedule" : "Save schedule"}
      </Button>
    </div>
  );
}
