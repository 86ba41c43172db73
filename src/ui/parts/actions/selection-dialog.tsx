import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import {
  type BulkVerb,
  type Selection,
  type SelectionPreview,
  type SelectionProgress,
  selections,
} from "../../../schema/selections.ts";
import { query, useApi } from "../../api.ts";
import { Dialog } from "../../kit/overlays/dialog.tsx";
import { Failed } from "../../kit/panel.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { StateBadge } from "../runs/state-badge.tsx";
import {
  type Action,
  countOf,
  Excluded,
  Footer,
  mustBeTyped,
  noTargets,
  type Progress,
  Results,
  Samples,
  TypedCount,
} from "./blast-radius.tsx";
import { CliCommand } from "./copy.tsx";
import { runCommands, type VerbInput } from "./run-commands.ts";

interface Props {
  /** Frozen on the server when it was made. */
  selection: Selection;
  verb: BulkVerb;
  /** How it is called, and what it is done to. */
  action: Pick<Action<{ id: string; name: string }>, "of" | "verb" | "danger" | "consequence">;
  /** What the verb needs beside the rows. */
  input?: VerbInput;
  /** Asks for it. */
  fields?: ReactNode;
  /** Whether it was told. */
  isReady?: boolean;
  onClose: () => void;
  /** Something of it was done. */
  onDone: () => void;
}

/** An action for all rows that matched, loaded or not: the server holds them, and tells how far it is. */
export function SelectionDialog(props: Props) {
  const { selection, verb, action, input = {}, fields, isReady = true, onClose, onDone } = props;
  // As it was when the dialog opened: what is shown is what is done.
  const preview = useQuery({
    ...query(selections.preview, { id: selection.id, verb }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    meta: { live: "none" },
  });
  const { data: radius } = preview;
  const { progress, start, stop } = useBatches({ selection, verb, input, radius, onDone });
  const [typed, setTyped] = useState("");
  const count = radius?.count ?? 0;
  const mustType = mustBeTyped(action, count);
  return (
    <Dialog
      open
      onClose={() => {
        stop();
        onClose();
      }}
      title={radius ? `${action.verb} ${countOf(action, count)}` : `${action.verb} ${action.of.many}`}
      description={radius && count === 0 ? noTargets(action) : action.consequence}
      footer={
        <Footer
          action={action}
          count={count}
          progress={progress}
          disabled={count === 0 || !isReady || (mustType && typed !== String(count))}
          onStart={start}
          onStop={stop}
          onClose={onClose}
        />
      }
    >
      {preview.isError && (
        <Failed
          what={`Affected ${action.of.many}`}
          error={preview.error}
          onRetry={() => void preview.refetch()}
        />
      )}
      {preview.isPending && <Skeleton className="mb-3 h-16 w-full" />}
      {radius && count > 0 && <Breakdown preview={radius} what={action.of.many} />}
      {radius && <Excluded groups={radius.left_out} />}
      {!selection.is_whole && (
        <p className="mb-3 text-muted">
          More {action.of.many} match: these are the first {number(selection.count)}. Repeat the action for
          the rest.
        </p>
      )}
      {!progress && fields && <div className="mb-3">{fields}</div>}
      {count > 0 && isReady && !progress && <CliCommand command={runCommands.bulk(selection, verb, input)} />}
      {mustType && !progress && <TypedCount count={count} typed={typed} onTyped={setTyped} />}
      {progress && <Results progress={progress} />}
    </Dialog>
  );
}

const number = (count: number): string => count.toLocaleString("en");

function Breakdown({ preview, what }: { preview: SelectionPreview; what: string }) {
  const { count, samples, states, flows } = preview;
  return (
    <div className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <span className="text-muted">{what.charAt(0).toUpperCase() + what.slice(1)}</span>
      <Samples targets={samples} count={count} />
      {states.length > 0 && (
        <>
          <span className="text-muted">States</span>
          <span className="flex flex-wrap gap-x-4">
            {states.map(({ state_type, state_name, count: some }) => (
              <span key={state_name} className="inline-flex items-center gap-1.5">
                <StateBadge type={state_type} name={state_name} /> {number(some)}
              </span>
            ))}
          </span>
        </>
      )}
      <span className="text-muted">Flows</span>
      <span>{flows.map(({ name, count: some }) => `${name} ${number(some)}`).join(", ")}</span>
    </div>
  );
}

interface BatchesProps {
  selection: Selection;
  verb: BulkVerb;
  input: VerbInput;
  radius: SelectionPreview | undefined;
  onDone: () => void;
}

/** Asks for portion after portion; to stop is to ask for no more. */
function useBatches({ selection: { id }, verb, input, radius, onDone }: BatchesProps) {
  const { client } = useApi();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopped = useRef(false);
  const start = async () => {
    if (!radius) return;
    stopped.current = false;
    let last: SelectionProgress | null = null;
    setProgress(shown(null, radius, "running"));
    try {
      do {
        last = await client.call(selections.apply, { id, verb, ...input });
        setProgress(shown(last, radius, "running"));
      } while (last.remaining > 0 && !stopped.current);
      setProgress(shown(last, radius, last.remaining > 0 ? "stopped" : "finished"));
    } catch (error) {
      const failed = shown(last, radius, "stopped");
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

/** Those that were left out from the start have been told of already; what else was refused is told of now. */
function shown(
  progress: SelectionProgress | null,
  { count: total, left_out }: SelectionPreview,
  state: Progress["state"],
): Progress {
  const known = new Map(left_out.map(({ reason, count }) => [reason, count]));
  const refused = (progress?.refusals ?? [])
    .map(({ reason, count, samples }) => ({
      ...{ reason, count: count - (known.get(reason) ?? 0) },
      name: count === 1 ? samples[0]?.name : undefined,
    }))
    .filter(({ count }) => count > 0);
  return {
    ...{ done: progress?.done ?? 0, total, state },
    declined: refused.reduce((sum, { count }) => sum + count, 0),
    failures: refused.map(({ reason, count, name }) => ({
      reason,
      name: name ?? `${number(count)} of them`,
    })),
  };
}
