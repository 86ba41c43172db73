import { useState } from "react";
import { concurrencyLimits, tagLimits } from "../../schema/concurrency-limits.ts";
import { Name } from "../../schema/scalars.ts";
import { useCommand } from "../api.ts";
import { CountField, countProblem } from "../kit/controls/count-field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { limitCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { type Board, decayWords } from "./boards.ts";

type Kind = "named" | "tag";

/** A limit that code asks for by name, or that holds back task runs with a tag. */
export function CreateLimit({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const create = useCommand(concurrencyLimits.create);
  const createOfTag = useCommand(tagLimits.create);
  const [kind, setKind] = useState<Kind>("named");
  const [name, setName] = useState("");
  const [limit, setLimit] = useState("5");
  const [decay, setDecay] = useState("");
  const [tried, setTried] = useState(false);
  const isTag = kind === "tag";
  const problems = {
    name: nameProblem(name, isTag, taken),
    limit: countProblem(limit),
    decay: isTag ? undefined : decayProblem(decay),
  };
  const isWrong = Object.values(problems).some(Boolean);
  const ofTag = { tag: name, concurrency_limit: Number(limit) };
  const byName = {
    name,
    limit: Number(limit),
    ...(Number(decay) > 0 && { slot_decay_per_second: Number(decay) }),
  };
  return (
    <ConfirmDialog
      title="New limit"
      description={
        isTag
          ? "Maximum number of task runs with this tag that run at once, across all flows."
          : "Maximum number of slots that code holds at once under this name."
      }
      verb="Create limit"
      done={`Created ${name}`}
      {...(!isWrong && {
        command: limitCommands.create(
          isTag ? `tag:${name}` : name,
          Number(limit),
          byName.slot_decay_per_second,
        ),
      })}
      act={async () => {
        setTried(true);
        if (!isWrong) await (isTag ? createOfTag.mutateAsync(ofTag) : create.mutateAsync(byName));
        return !isWrong;
      }}
      onClose={onClose}
    >
      <span>
        <Segmented
          label="Kind of limit"
          value={kind}
          onChange={setKind}
          options={[
            { value: "named", label: "By name" },
            { value: "tag", label: "By tag" },
          ]}
        />
      </span>
      <TextField
        label={isTag ? "Tag" : "Name"}
        value={name}
        onChange={setName}
        placeholder={isTag ? "heavy" : "database"}
        error={tried ? problems.name : undefined}
      />
      <LimitFields {...{ limit, setLimit, decay, setDecay, kind, problems, tried }} />
      <Usage kind={kind} name={name} decays={Number(decay) > 0} />
    </ConfirmDialog>
  );
}

function nameProblem(name: string, isTag: boolean, taken: readonly string[]): string | undefined {
  if (name.trim() === "") return `a ${isTag ? "tag" : "name"} is required`;
  if (taken.includes(isTag ? `tag:${name}` : name))
    return `there is a limit ${isTag ? "for this tag" : "with this name"} already`;
  return isTag ? undefined : Name.safeParse(name).error?.issues[0]?.message;
}

interface FieldsProps {
  limit: string;
  setLimit: (text: string) => void;
  decay: string;
  setDecay: (text: string) => void;
  kind: Board["kind"];
  problems: { limit: string | undefined; decay: string | undefined };
  tried: boolean;
}

function LimitFields({ limit, setLimit, decay, setDecay, kind, problems, tried }: FieldsProps) {
  return (
    <>
      <CountField
        label="Slots"
        value={limit}
        onChange={setLimit}
        error={tried ? problems.limit : undefined}
      />
      {kind === "named" && (
        <CountField
          label="Slot decay per second"
          description={
            decayWords(Number(decay) || 0) ??
            "For rate limits. Leave empty to free slots only when they are released."
          }
          placeholder="none"
          value={decay}
          onChange={setDecay}
          error={tried ? problems.decay : undefined}
        />
      )}
    </>
  );
}

function decayProblem(text: string): string | undefined {
  if (text.trim() === "" || Number(text) >= 0) return undefined;
  return `expected a number of at least 0, got “${text}”`;
}

/** The line of code that the limit is for. */
function Usage({ kind, name, decays }: { kind: Kind; name: string; decays: boolean }) {
  const text = JSON.stringify(name || (kind === "tag" ? "heavy" : "database"));
  const code =
    kind === "tag"
      ? `task({ tags: [${text}] }, work)`
      : decays
        ? `await rateLimit(${text})`
        : `await using slot = await concurrency(${text})`;
  return (
    <p className="text-muted">
      In code: <code className="text-fg">{code}</code>
    </p>
  );
}

export function EditLimit({ board, onClose }: { board: Board; onClose: () => void }) {
  const update = useCommand(concurrencyLimits.update);
  const [limit, setLimit] = useState(String(board.limit));
  const [decay, setDecay] = useState(String(board.slot_decay_per_second || ""));
  const [tried, setTried] = useState(false);
  const problems = {
    limit: countProblem(limit),
    decay: board.kind === "named" ? decayProblem(decay) : undefined,
  };
  const isWrong = Object.values(problems).some(Boolean);
  const input = {
    id_or_name: board.id,
    limit: Number(limit),
    ...(board.kind === "named" && { slot_decay_per_second: Number(decay) }),
  };
  return (
    <ConfirmDialog
      title={`Edit ${board.label}`}
      description={consequence(board, Number(limit))}
      verb="Save"
      done={`${board.label} now has ${limit} slots`}
      {...(!isWrong && {
        command: limitCommands.update(board.name, input.limit, input.slot_decay_per_second),
      })}
      act={async () => {
        setTried(true);
        if (!isWrong) await update.mutateAsync(input);
        return !isWrong;
      }}
      onClose={onClose}
    >
      <LimitFields {...{ limit, setLimit, decay, setDecay, kind: board.kind, problems, tried }} />
    </ConfirmDialog>
  );
}

/** What the new number does to those who hold and wait now. */
function consequence(board: Board, next: number): string {
  const waiting = board.holders?.waiters.length ?? 0;
  const room = next - board.used;
  if (!Number.isInteger(next) || next === board.limit) return `${board.used} of ${board.limit} slots in use.`;
  if (next === 0) return "A limit of 0 grants no slot.";
  if (room < 0)
    return `${board.used} slots in use: holders are not stopped, and no slot is granted until ${-room} are released.`;
  if (waiting > 0) return `Lets ${Math.min(room, waiting)} of ${waiting} waiting in at once.`;
  return `${board.used} of ${next} slots will be in use.`;
}
