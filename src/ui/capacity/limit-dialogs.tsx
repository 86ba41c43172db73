import { concurrencyLimits, tagLimits } from "../../schema/concurrency-limits.ts";
import { type SlotLease, slots } from "../../schema/waiting.ts";
import { useApi, useCommand } from "../api.ts";
import { limitCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { Left, Since } from "../parts/time/clock.tsx";
import type { Board } from "./boards.ts";
import { CreateLimit, EditLimit } from "./limit-forms.tsx";
import { HolderLink } from "./slots.tsx";

/** What somebody wants to do; the limit as it stood when they said so. */
export type LimitAction =
  | { kind: "create"; taken: readonly string[] }
  | { kind: "edit" | "switch" | "reset" | "delete"; board: Board }
  | { kind: "release"; board: Board; lease: SlotLease };

export function LimitDialog({ action, onClose }: { action: LimitAction; onClose: () => void }) {
  switch (action.kind) {
    case "create":
      return <CreateLimit taken={action.taken} onClose={onClose} />;
    case "edit":
      return <EditLimit board={action.board} onClose={onClose} />;
    case "switch":
      return <SwitchLimit board={action.board} onClose={onClose} />;
    case "reset":
      return <ResetLimit board={action.board} onClose={onClose} />;
    case "delete":
      return <DeleteLimit board={action.board} onClose={onClose} />;
    case "release":
      return <ReleaseSlot board={action.board} lease={action.lease} onClose={onClose} />;
  }
}

interface Props {
  board: Board;
  onClose: () => void;
}

function SwitchLimit({ board, onClose }: Props) {
  const update = useCommand(concurrencyLimits.update);
  const input = { id_or_name: board.id, active: !board.active };
  return (
    <ConfirmDialog
      title={`${board.active ? "Deactivate" : "Activate"} ${board.label}`}
      description={
        board.active
          ? "Holders are not counted or limited until it is active again."
          : `At most ${board.limit} slots are granted from now on. Runs in progress are not stopped.`
      }
      verb={board.active ? "Deactivate" : "Activate"}
      keep="Cancel"
      done={`${board.label} is ${board.active ? "inactive" : "active"}`}
      command={limitCommands.activate(board.name, !board.active)}
      act={() => update.mutateAsync(input)}
      onClose={onClose}
    />
  );
}

function ResetLimit({ board, onClose }: Props) {
  const update = useCommand(concurrencyLimits.update);
  const reset = useCommand(tagLimits.reset);
  const ofLimit = { id_or_name: board.id, active_slots: 0 };
  const ofTag = { tag: board.label };
  const isTag = board.kind === "tag";
  return (
    <ConfirmDialog
      title={`Reset ${board.label}`}
      description={`All ${board.used} slots in use are released at once. Their holders are not stopped, so more than ${board.limit} may run for a while.`}
      verb={`Release ${board.used} ${board.used === 1 ? "slot" : "slots"}`}
      danger
      keep="Cancel"
      done={`Released all slots of ${board.label}`}
      command={limitCommands.reset(board.name)}
      act={() => (isTag ? reset.mutateAsync(ofTag) : update.mutateAsync(ofLimit))}
      onClose={onClose}
    >
      <Holders board={board} />
    </ConfirmDialog>
  );
}

const named = 5;

function Holders({ board }: { board: Board }) {
  const known = (board.holders?.leases ?? []).flatMap(({ holder }) => holder ?? []);
  if (known.length === 0) return null;
  return (
    <p>
      <span className="text-muted">Held by </span>
      {known
        .slice(0, named)
        .map(({ name }) => name)
        .join(", ")}
      {known.length > named && ` and ${known.length - named} more`}
    </p>
  );
}

const goneWith = {
  named: "Code that acquires it by name is no longer limited.",
  tag: "Task runs with this tag are no longer limited.",
  deployment: "The deployment will have no concurrency limit.",
} as const;

function DeleteLimit({ board, onClose }: Props) {
  const remove = useCommand(concurrencyLimits.delete);
  const input = { id_or_name: board.id };
  return (
    <ConfirmDialog
      title={`Delete limit ${board.label}`}
      description={goneWith[board.kind]}
      verb="Delete limit"
      danger
      keep="Cancel"
      done={`Deleted ${board.label}`}
      command={limitCommands.delete(board.name)}
      act={() => remove.mutateAsync(input)}
      onClose={onClose}
    >
      <Holders board={board} />
    </ConfirmDialog>
  );
}

function ReleaseSlot({ board, lease, onClose }: Props & { lease: SlotLease }) {
  const { client } = useApi();
  const release = useCommand(slots.release);
  const { holder } = lease;
  const input = { lease_id: lease.id };
  const what = lease.slots === 1 ? "the slot" : `${lease.slots} slots`;
  return (
    <ConfirmDialog
      title={`Release ${what} of ${holder?.name ?? "an unknown holder"}`}
      description={`${holder ? "The run" : "The holder"} is not stopped: until it ends, more than ${board.limit} may run under ${board.label}. The release is recorded as an event.`}
      verb={`Release ${what}`}
      danger
      keep="Cancel"
      done={`Released ${what} of ${holder?.name ?? "an unknown holder"}`}
      command={curlOf(client.baseUrl, slots.release, input)}
      act={() => release.mutateAsync(input)}
      onClose={onClose}
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <dt className="text-muted">Holder</dt>
        <dd className="flex min-w-0 flex-wrap items-center gap-x-3">
          {holder ? (
            <>
              <HolderLink run={holder} />
              <StateBadge type={holder.state_type} name={holder.state_name} />
              {holder.since && (
                <span className="text-muted">
                  for <Since time={holder.since} />
                </span>
              )}
            </>
          ) : (
            "unknown"
          )}
        </dd>
        <dt className="text-muted">Taken</dt>
        <dd>
          <Since time={lease.since} /> ago
        </dd>
        <dt className="text-muted">Lease</dt>
        <dd>
          {lease.expires ? (
            <>
              ends in <Left time={lease.expires} over="a moment" />, unless its holder renews it
            </>
          ) : (
            "no expiry"
          )}
        </dd>
      </dl>
    </ConfirmDialog>
  );
}
