import { useRef, useState } from "react";
import { readAgain, useApi } from "../api.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { CliTwin } from "./copy.tsx";
import type { ActionTarget, RunAction } from "./run-actions.ts";
import { StateBadge } from "./state-badge.tsx";

interface Props {
  action: RunAction;
  /** Frozen when the dialog opens: what is shown is what is done. */
  runs: readonly ActionTarget[];
  flowName: (id: string) => string | undefined;
  onClose: () => void;
  /** Ids for which it was done. */
  onDone: (ids: readonly string[]) => void;
}

const atOnce = 6;
const typedFrom = 50;
const samples = 5;

/** Names exactly what an action will touch, and what it leaves out, before it does it. */
export function BlastRadius({ action, runs: given, flowName, onClose, onDone }: Props) {
  const [runs] = useState(given);
  const taking = runs.filter((run) => action.objection(run) === undefined);
  const { progress, start, stop } = useExecution(action, taking, onDone);
  const [typed, setTyped] = useState("");
  const mustType = action.danger && taking.length >= typedFrom;
  const command = action.command(taking.map((run) => run.id));
  return (
    <Dialog
      open
      onClose={() => {
        stop();
        onClose();
      }}
      title={`${action.verb} ${taking.length === 1 ? (taking[0]?.name ?? "") : countOf(taking.length)}`}
      description={taking.length > 0 ? action.consequence : "None of the chosen runs can take part."}
      footer={
        <Footer
          action={action}
          count={taking.length}
          progress={progress}
          disabled={taking.length === 0 || (mustType && typed !== String(taking.length))}
          onStart={start}
          onStop={stop}
          onClose={onClose}
        />
      }
    >
      <Breakdown runs={taking} flowName={flowName} />
      <Excluded action={action} runs={runs} />
      {taking.length > 0 && <CliTwin command={command} />}
      {mustType && !progress && (
        <label className="mt-3 block">
          Type {taking.length} to confirm
          <input
            inputMode="numeric"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="mt-1 block h-8 w-24 rounded-md border border-control-line bg-surface px-2"
          />
        </label>
      )}
      {progress && <Results progress={progress} />}
    </Dialog>
  );
}

const countOf = (count: number): string => `${count} ${count === 1 ? "flow run" : "flow runs"}`;

function Breakdown({ runs, flowName }: { runs: readonly ActionTarget[]; flowName: Props["flowName"] }) {
  const flows = [...Map.groupBy(runs, (run) => flowName(run.flow_id) ?? run.flow_id)];
  const states = [...Map.groupBy(runs, (run) => run.state_name)];
  if (runs.length === 0) return null;
  return (
    <div className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <span className="text-muted">Runs</span>
      <span>
        {runs
          .slice(0, samples)
          .map((run) => run.name)
          .join(", ")}
        {runs.length > samples && <span className="text-muted"> and {runs.length - samples} more</span>}
      </span>
      <span className="text-muted">States</span>
      <span className="flex flex-wrap gap-x-4">
        {states.map(([name, group]) => (
          <span key={name} className="inline-flex items-center gap-1.5">
            <StateBadge type={group[0]?.state_type} name={name} /> {group.length}
          </span>
        ))}
      </span>
      <span className="text-muted">Flows</span>
      <span>
        {flows
          .slice(0, 6)
          .map(([name, group]) => (flows.length === 1 ? name : `${name} ${group.length}`))
          .join(", ")}
        {flows.length > 6 && ` and ${flows.length - 6} more`}
      </span>
    </div>
  );
}

function Excluded({ action, runs }: { action: RunAction; runs: readonly ActionTarget[] }) {
  const reasons = Map.groupBy(runs, (run) => action.objection(run));
  const excluded = [...reasons].filter(([reason]) => reason !== undefined);
  if (excluded.length === 0) return null;
  return (
    <ul className="mb-3 rounded-md bg-sunken px-3 py-2 text-muted">
      {excluded.map(([reason, group]) => (
        <li key={reason}>
          {group.length} left out: {reason}
        </li>
      ))}
    </ul>
  );
}

interface Progress {
  done: number;
  total: number;
  failures: readonly { name: string; reason: string }[];
  state: "running" | "stopped" | "finished";
}

/** A few at once, each result counted as it comes; can be stopped between two. */
function useExecution(action: RunAction, runs: readonly ActionTarget[], onDone: Props["onDone"]) {
  const api = useApi();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopped = useRef(false);
  const start = async () => {
    const queue = [...runs];
    const done: string[] = [];
    const failures: { name: string; reason: string }[] = [];
    const tell = (state: Progress["state"]) =>
      setProgress({ done: done.length, total: runs.length, failures: [...failures], state });
    stopped.current = false;
    tell("running");
    const work = async () => {
      for (let run = queue.shift(); run && !stopped.current; run = queue.shift()) {
        const reason = await action.perform(api.client, run.id).catch(String);
        if (reason === undefined) done.push(run.id);
        else failures.push({ name: run.name, reason });
        tell("running");
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    tell(queue.length > 0 ? "stopped" : "finished");
    if (!api.info) readAgain(api.queries, "flow-runs");
    onDone(done);
  };
  return {
    progress,
    start: () => void start(),
    stop: () => {
      stopped.current = true;
    },
  };
}

function Results({ progress: { done, total, failures, state } }: { progress: Progress }) {
  return (
    <div role="status" className="mt-3">
      <div className="h-1 overflow-hidden rounded-full bg-active">
        <div className="h-full bg-fg" style={{ width: `${((done + failures.length) / total) * 100}%` }} />
      </div>
      <p className="mt-1 text-muted">
        {done} of {total} done
        {failures.length > 0 && `, ${failures.length} declined`}
        {state === "stopped" && ", stopped"}
      </p>
      <ul className="max-h-40 overflow-y-auto">
        {failures.slice(0, 50).map(({ name, reason }) => (
          <li key={name} className="break-words">
            <span className="font-strong">{name}</span> <span className="text-danger">{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface FooterProps {
  action: RunAction;
  count: number;
  progress: Progress | null;
  disabled: boolean;
  onStart: () => void;
  onStop: () => void;
  onClose: () => void;
}

function Footer({ action, count, progress, disabled, onStart, onStop, onClose }: FooterProps) {
  if (progress?.state === "running")
    return (
      <Button size="md" className="ml-auto" onClick={onStop}>
        Stop
      </Button>
    );
  if (progress)
    return (
      <Button size="md" look="primary" className="ml-auto" onClick={onClose}>
        Close
      </Button>
    );
  return (
    <>
      <Button size="md" className="ml-auto" onClick={onClose}>
        Keep {count === 1 ? "it" : "them"}
      </Button>
      <Button size="md" look={action.danger ? "danger" : "primary"} disabled={disabled} onClick={onStart}>
        {action.verb} {countOf(count)}
      </Button>
    </>
  );
}
