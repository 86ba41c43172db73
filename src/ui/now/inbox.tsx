import { Suspense, useState } from "react";
import type { PausedRun } from "../../schema/overview.ts";
import type { Json } from "../../schema/scalars.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useNow } from "../kit/now.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { Skeleton, SkeletonRows } from "../kit/skeleton.tsx";
import { runPath } from "../parts/runs/run-link.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { roughly } from "../parts/time/durations.ts";
import { Time } from "../parts/time/time.tsx";
import { useResume } from "../waiting/use-resume.ts";
import { choicesOf, questionOf } from "./choices.ts";
import type { NowFigures, NowSource } from "./figures.ts";
import { headLink, itemBox, listBox, panelBox, Quiet } from "./rows.tsx";
import { queryOf, type View } from "./view.ts";

const Answer = lazyNamed(async () => (await import("./answer.tsx")).Answer);

/** Paused runs, each with its question and the answer in place. */
export function Inbox({ source, view }: { source: NowSource; view: View }) {
  return (
    <Panel
      title={titleOf(source.data)}
      label="Needs an answer"
      what="Paused runs"
      className={`${panelBox} lg:max-h-64 lg:shrink-0`}
      source={source}
      skeleton={<SkeletonRows rows={3} label="Loading paused runs" />}
      isEmpty={({ paused }) => paused.runs.length === 0}
      empty={<Quiet>No run waits for an answer.</Quiet>}
      actions={
        <Link to={runsPath(queryOf(view, "state:paused", false))} className={headLink}>
          {moreOf(source.data)}
        </Link>
      }
    >
      {({ paused, flows }) => (
        <ul className={listBox}>
          {paused.runs.map((one) => (
            <Item key={`${one.run.id} ${one.run.state_id}`} paused={one} flow={flows[one.run.flow_id]} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const titleOf = (figures: NowFigures | undefined): string =>
  figures && figures.paused.count > 0
    ? `Needs an answer · ${figures.paused.count.toLocaleString("en")}`
    : "Needs an answer";

function moreOf(figures: NowFigures | undefined): string {
  const rest = figures ? figures.paused.count - figures.paused.runs.length : 0;
  return rest > 0 ? `${rest.toLocaleString("en")} more` : "Paused runs";
}

function Item({ paused: { run, form }, flow }: { paused: PausedRun; flow: string | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const answer = useAnswer(run);
  const choices = choicesOf(form);
  const question = questionOf(form) ?? run.name;
  return (
    <li className={itemBox} aria-label={question}>
      <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1.5">
        <div className="min-w-[min(100%,11rem)] flex-1">
          <Link
            to={runPath({ kind: "flow-run", id: run.id })}
            className="block truncate font-strong hover:underline"
            title={question}
          >
            {question}
          </Link>
          <p className="truncate text-xs text-muted">
            {flow} · <Time time={run.state?.timestamp} />
            <Expiry until={run.state?.state_details.pause_timeout ?? null} />
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {form === null && (
            <Button disabled={answer.isBusy} onClick={() => void answer.send(null)}>
              Resume
            </Button>
          )}
          {choices.map(({ label, input }) => (
            <Button key={label} disabled={answer.isBusy} onClick={() => void answer.send(input)}>
              {label}
            </Button>
          ))}
          {form && choices.length === 0 && (
            <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              Answer…
            </Button>
          )}
        </div>
      </div>
      {answer.error && (
        <p role="alert" className="break-words text-danger">
          {answer.error}
        </p>
      )}
      {isOpen && (
        <Suspense fallback={<Skeleton className="h-20 w-full" />}>
          <Answer run={run} isBusy={answer.isBusy} onAnswer={answer.send} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </li>
  );
}

function Expiry({ until }: { until: string | null }) {
  const now = useNow(30);
  if (!until || Date.parse(until) <= now) return null;
  return <> · expires in {roughly((Date.parse(until) - now) / 1000)}</>;
}

/** Resumes the run with an answer, once. */
function useAnswer(run: PausedRun["run"]) {
  const resume = useResume(run);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const send = async (input: Json | null) => {
    setBusy(true);
    setError(undefined);
    try {
      await resume(input);
      toast.done(`Resumed ${run.name}`);
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
    setBusy(false);
  };
  return { isBusy, error, send };
}
