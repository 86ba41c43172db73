import { type ReactNode, useRef, useState } from "react";
import type { Client } from "../../../client/client.ts";
import { readAgain, useApi } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { Dialog } from "../../kit/overlays/dialog.tsx";
import { CliCommand } from "./copy.tsx";

interface Target {
  id: string;
  name: string;
}

/** Something that can be done to many of a kind. */
export interface Action<T extends Target> {
  /** What it is done to, for one and for many, and the noun of the API. */
  of: { one: string; many: string; noun: string };
  /** On the button. */
  verb: string;
  /** Of one that went well. */
  done: string;
  danger: boolean;
  /** There are no such rows afterwards. */
  deletes?: true;
  /** What it does, in a sentence. */
  consequence: string;
  /** Why this one is left out; undefined when it takes part. */
  objection: (target: T) => string | undefined;
  /** Does it; resolves to why the server declined, if it did. */
  perform: (client: Client, target: T) => Promise<string | undefined>;
  /** The same in a terminal, where there is such a command. */
  command?: (targets: readonly T[]) => string;
}

interface Props<T extends Target> {
  action: Action<T>;
  /** Frozen when the dialog opens: what is shown is what is done. */
  targets: readonly T[];
  /** Of what those that take part are. */
  breakdown: (targets: readonly T[]) => ReactNode;
  onClose: () => void;
  /** Ids for which it was done. */
  onDone: (ids: readonly string[]) => void;
  /** What the action wants to be told first. */
  fields?: ReactNode;
  /** Whether it was told. */
  isReady?: boolean;
}

const atOnce = 6;
const typedFrom = 50;
const samples = 5;

/** Names exactly what an action will touch, and what it leaves out, before it does it. */
export function BlastRadius<T extends Target>(props: Props<T>) {
  const { action, breakdown, onClose, onDone, fields, isReady = true } = props;
  const [targets] = useState(props.targets);
  const taking = targets.filter((target) => action.objection(target) === undefined);
  const { progress, start, stop } = useExecution(action, taking, onDone);
  const [typed, setTyped] = useState("");
  const mustType = mustBeTyped(action, taking.length);
  const command = taking.length > 0 ? action.command?.(taking) : undefined;
  return (
    <Dialog
      open
      onClose={() => {
        stop();
        onClose();
      }}
      title={`${action.verb} ${taking.length === 1 ? (taking[0]?.name ?? "") : countOf(action, taking.length)}`}
      description={taking.length > 0 ? action.consequence : noTargets(action)}
      footer={
        <Footer
          action={action}
          count={taking.length}
          progress={progress}
          disabled={taking.length === 0 || !isReady || (mustType && typed !== String(taking.length))}
          onStart={start}
          onStop={stop}
          onClose={onClose}
        />
      }
    >
      {taking.length > 0 && breakdown(taking)}
      <Excluded groups={excluded(action, targets)} />
      {!progress && fields && <div className="mb-3">{fields}</div>}
      {command && isReady && <CliCommand command={command} />}
      {mustType && !progress && <TypedCount count={taking.length} typed={typed} onTyped={setTyped} />}
      {progress && <Results progress={progress} />}
    </Dialog>
  );
}

/** A dangerous action on many targets is confirmed by typing their number. */
export const mustBeTyped = ({ danger }: Pick<Action<Target>, "danger">, count: number): boolean =>
  danger && count >= typedFrom;

interface TypedProps {
  count: number;
  typed: string;
  onTyped: (typed: string) => void;
}

export function TypedCount({ count, typed, onTyped }: TypedProps) {
  return (
    <label className="mt-3 block">
      Type {count} to confirm
      <input
        inputMode="numeric"
        value={typed}
        onChange={(event) => onTyped(event.target.value)}
        className="mt-1 block h-8 w-24 rounded-md border border-control-line bg-surface px-2"
      />
    </label>
  );
}

export const noTargets = ({ of }: Pick<Action<Target>, "of">): string =>
  `Applies to none of the selected ${of.many}.`;

export const countOf = ({ of }: Pick<Action<Target>, "of">, count: number): string =>
  `${count} ${count === 1 ? of.one : of.many}`;

/** The first few by their names, and how many more there are. */
export function Samples({ targets, count = targets.length }: { targets: readonly Target[]; count?: number }) {
  return (
    <span className="break-words">
      {targets
        .slice(0, samples)
        .map((target) => target.name)
        .join(", ")}
      {count > samples && <span className="text-muted"> and {count - samples} more</span>}
    </span>
  );
}

function excluded<T extends Target>(action: Action<T>, targets: readonly T[]): LeftOut[] {
  return [...Map.groupBy(targets, (target) => action.objection(target))].flatMap(([reason, group]) =>
    reason === undefined ? [] : [{ reason, count: group.length, samples: group }],
  );
}

/** Those that cannot take part, for one reason. */
export interface LeftOut {
  reason: string;
  count: number;
  /** The first of them. */
  samples: readonly Target[];
}

export function Excluded({ groups }: { groups: readonly LeftOut[] }) {
  if (groups.length === 0) return null;
  return (
    <ul aria-label="Excluded" className="mb-3 flex flex-col gap-1.5 rounded-md bg-sunken px-3 py-2">
      {groups.map(({ reason, count, samples }) => (
        <li key={reason}>
          {count.toLocaleString("en")} excluded: {reason}
          <span className="block text-muted">
            <Samples targets={samples} count={count} />
          </span>
        </li>
      ))}
    </ul>
  );
}

export interface Progress {
  done: number;
  declined: number;
  total: number;
  failures: readonly { name: string; reason: string }[];
  state: "running" | "stopped" | "finished";
}

/** A few at once, each result counted as it comes; can be stopped between two. */
function useExecution<T extends Target>(
  action: Action<T>,
  targets: readonly T[],
  onDone: Props<T>["onDone"],
) {
  const api = useApi();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopped = useRef(false);
  const start = async () => {
    const queue = [...targets];
    const done: string[] = [];
    const failures: { name: string; reason: string }[] = [];
    const tell = (state: Progress["state"]) =>
      setProgress({
        done: done.length,
        declined: failures.length,
        total: targets.length,
        failures: [...failures],
        state,
      });
    stopped.current = false;
    tell("running");
    const work = async () => {
      for (let next = queue.shift(); next && !stopped.current; next = queue.shift()) {
        const reason = await action.perform(api.client, next).catch(String);
        if (reason === undefined) done.push(next.id);
        else failures.push({ name: next.name, reason });
        tell("running");
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    tell(queue.length > 0 ? "stopped" : "finished");
    if (!api.info) readAgain(api, action.of.noun, action.deletes ? done : []);
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

export function Results({ progress: { done, declined, total, failures, state } }: { progress: Progress }) {
  return (
    <div role="status" className="mt-3">
      <div className="h-1 overflow-hidden rounded-full bg-active">
        <div className="h-full bg-fg" style={{ width: `${((done + declined) / total) * 100}%` }} />
      </div>
      <p className="mt-1 text-muted">
        {done} of {total} done
        {declined > 0 && `, ${declined} declined`}
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
  action: Pick<Action<Target>, "of" | "verb" | "danger">;
  count: number;
  progress: Progress | null;
  disabled: boolean;
  onStart: () => void;
  onStop: () => void;
  onClose: () => void;
}

export function Footer({ action, count, progress, disabled, onStart, onStop, onClose }: FooterProps) {
  if (progress?.state === "running")
    return (
      <Button size="md" className="ml-auto" onClick={onStop}>
        Stop
      </Button>
    );
  if (progress)
    return (
      <Button size="md" variant="primary" className="ml-auto" onClick={onClose}>
        Close
      </Button>
    );
  return (
    <>
      <Button size="md" className="ml-auto" onClick={onClose}>
        Keep {count === 1 ? "it" : "them"}
      </Button>
      <Button size="md" variant={action.danger ? "danger" : "primary"} disabled={disabled} onClick={onStart}>
        {action.verb} {countOf(action, count)}
      </Button>
    </>
  );
}
