import { useRef, useState } from "react";
import { type Selection, type SelectionProgress, selections } from "../../schema/selections.ts";
import { useApi } from "../api.ts";
import { Dialog } from "../kit/dialog.tsx";
import {
  countOf,
  Footer,
  mustBeTyped,
  type Progress,
  Results,
  Samples,
  TypedCount,
} from "../parts/blast-radius.tsx";
import type { RunAction } from "../parts/run-actions.ts";
import { StateBadge } from "../parts/state-badge.tsx";

interface Props {
  /** Frozen on the server when it was made. */
  selection: Selection;
  verb: "cancel" | "retry" | "delete";
  action: RunAction;
  onClose: () => void;
  /** Something of it was done. */
  onDone: () => void;
}

/** An action for all runs that matched, loaded or not: the server holds them, and tells how far it is. */
export function Everything({ selection, verb, action, onClose, onDone }: Props) {
  const { progress, start, stop } = usePortions(selection, verb, onDone);
  const [typed, setTyped] = useState("");
  const { count } = selection;
  const mustType = mustBeTyped(action, count);
  return (
    <Dialog
      open
      onClose={() => {
        stop();
        onClose();
      }}
      title={`${action.verb} ${countOf(action, count)}`}
      description={action.consequence}
      footer={
        <Footer
          action={action}
          count={count}
          progress={progress}
          disabled={count === 0 || (mustType && typed !== String(count))}
          onStart={start}
          onStop={stop}
          onClose={onClose}
        />
      }
    >
      <Breakdown selection={selection} />
      {!selection.is_whole && (
        <p className="mb-3 text-muted">
          More match: these are the first {number(count)}. Repeat it for the rest.
        </p>
      )}
      {mustType && !progress && <TypedCount count={count} typed={typed} onTyped={setTyped} />}
      {progress && <Results progress={progress} />}
    </Dialog>
  );
}

const number = (count: number): string => count.toLocaleString("en");

function Breakdown({ selection: { count, samples, states, flows } }: { selection: Selection }) {
  return (
    <div className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <span className="text-muted">Runs</span>
      <Samples targets={samples} count={count} />
      <span className="text-muted">States</span>
      <span className="flex flex-wrap gap-x-4">
        {states.map(({ state_type, state_name, count: some }) => (
          <span key={state_name} className="inline-flex items-center gap-1.5">
            <StateBadge type={state_type} name={state_name} /> {number(some)}
          </span>
        ))}
      </span>
      <span className="text-muted">Flows</span>
      <span>{flows.map(({ name, count: some }) => `${name} ${number(some)}`).join(", ")}</span>
    </div>
  );
}

/** Asks for portion after portion; to stop is to ask for no more. */
function usePortions({ id, count }: Selection, verb: Props["verb"], onDone: () => void) {
  const { client } = useApi();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopped = useRef(false);
  const start = async () => {
    stopped.current = false;
    let last: SelectionProgress | null = null;
    setProgress(shown(null, count, "running"));
    try {
      do {
        last = await client.call(selections.apply, { id, verb });
        setProgress(shown(last, count, "running"));
      } while (last.remaining > 0 && !stopped.current);
      setProgress(shown(last, count, last.remaining > 0 ? "stopped" : "finished"));
    } catch (error) {
      const failed = shown(last, count, "stopped");
      setProgress({ ...failed, failures: [...failed.failures, { name: "The rest", reason: String(error) }] });
    }
    onDone();
  };
  return {
    progress,
    start: () => void start(),
    stop: () => {
      stopped.current = true;
    },
  };
}

const shown = (progress: SelectionProgress | null, total: number, state: Progress["state"]): Progress => ({
  ...{ done: progress?.done ?? 0, declined: progress?.refused ?? 0, total, state },
  failures: (progress?.refusals ?? []).map(({ reason, count, samples }) => ({
    name: count === 1 ? (samples[0]?.name ?? "") : `${number(count)} runs`,
    reason,
  })),
});
