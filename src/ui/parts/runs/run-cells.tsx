import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { TaskRun } from "../../../schema/task-runs.ts";
import type { Waiting } from "../../../schema/waiting.ts";
import { cx } from "../../kit/cx.ts";
import { useNow } from "../../kit/now.ts";
import { Chip, inOneLine, More, TagList } from "../tag.tsx";
import { RunDuration, runSeconds } from "../time/duration.tsx";
import { DurationBand, timesUsual } from "../time/duration-band.tsx";
import type { TypicalDuration } from "../time/typical-duration.ts";
import { headline } from "./headline.ts";
import { WhyWaiting } from "./why-waiting.tsx";

// What the cells of a list of runs hold.

type Run = FlowRun | TaskRun;

/** How long it took or has been running, against what is usual. */
export function DurationCell({ run, usual }: { run: Run; usual: TypicalDuration | undefined }) {
  return (
    <span className="flex items-center gap-2">
      <span className="w-16 shrink-0 truncate">
        <RunDuration run={run} />
      </span>
      {run.state_type === "RUNNING" ? (
        <LiveBand run={run} usual={usual} />
      ) : (
        <Band seconds={runSeconds(run, 0)} usual={usual} />
      )}
    </span>
  );
}
function LiveBand({ run, usual }: { run: Run; usual: TypicalDuration | undefined }) {
  return <Band seconds={runSeconds(run, useNow())} usual={usual} />;
}
function Band(props: { seconds: number | undefined; usual: TypicalDuration | undefined }) {
  return (
    <>
      <DurationBand {...props} />
      <span className="text-xs text-late">{timesUsual(props.seconds, props.usual)}</span>
    </>
  );
}

interface DetailsProps {
  run: Run;
  /** Why it waits, where the server tells. */
  waiting?: Waiting | undefined;
  parameters?: Record<string, unknown>;
  /** A press on a parameter or a tag; without these they are only shown. */
  onParameter?: (name: string, value: unknown) => void;
  onTag?: (tag: string) => void;
}

/** Parameters in a row; the others are counted. */
const mostChips = 3;

/** Why it is where it is, unless all went well; then its parameters and tags. */
export function Details({ run, waiting, parameters = {}, onParameter, onTag }: DetailsProps) {
  const text = run.state_type === "COMPLETED" || waiting ? "" : headline(run);
  const isAlone = run.tags.length === 0 && Object.keys(parameters).length === 0;
  const chips = Object.entries(parameters);
  const most = chips.length === mostChips + 1 ? chips.length : mostChips;
  const width = isAlone ? "max-w-full" : "max-w-[78%]";
  return (
    <span className="flex items-center gap-1.5 overflow-hidden">
      {waiting && <WhyWaiting waiting={waiting} className={cx("shrink-0 truncate text-muted", width)} />}
      {text && (
        <span className={cx("shrink-0 truncate text-muted", width)} title={run.state?.message ?? text}>
          {text}
        </span>
      )}
      {chips.slice(0, most).map(([name, value]) =>
        onParameter ? (
          <button
            key={name}
            type="button"
            tabIndex={-1}
            title={`Only runs with ${name} = ${inOneLine(value)}`}
            onClick={() => onParameter(name, value)}
          >
            <Chip name={name} value={value} />
          </button>
        ) : (
          <Chip key={name} name={name} value={value} />
        ),
      )}
      <More names={chips.slice(most).map(([name, value]) => `${name} ${inOneLine(value)}`)} />
      <TagList tags={run.tags} {...(onTag ? { onSelect: onTag } : {})} />
    </span>
  );
}
