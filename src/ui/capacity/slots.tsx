import { X } from "lucide-react";
import { useState } from "react";
import type { RunRef, SlotLease } from "../../schema/waiting.ts";
import { IconButton } from "../kit/controls/button.tsx";
import { cx } from "../kit/cx.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { Left, Since } from "../parts/time/clock.tsx";
import { type Board, type Slots, slotsOf } from "./boards.ts";

interface Props {
  board: Board;
  onRelease: (lease: SlotLease) => void;
}

/** Up to here each slot is drawn by itself. */
const mostDrawn = 24;
const firstHolders = 8;

/** The slots themselves, as far as they can be told apart; of many, how much is taken and by whom. */
export function SlotRow({ board, onRelease }: Props) {
  const slots = slotsOf(board);
  if (Math.max(board.limit, slots.leases.length) > mostDrawn)
    return <ManySlots board={board} slots={slots} onRelease={onRelease} />;
  return (
    <ul aria-label={`Slots of ${board.label}`} className="flex flex-wrap gap-1.5">
      {slots.leases.map((lease) => (
        <HeldSlot key={lease.id} lease={lease} board={board} onRelease={onRelease} />
      ))}
      <Unnamed board={board} count={slots.unnamed} />
      <FreeSlots count={slots.free} isLow={board.used === 0} />
    </ul>
  );
}

function ManySlots({ board, slots, onRelease }: Props & { slots: Slots }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? slots.leases : slots.leases.slice(0, firstHolders);
  const hidden = slots.leases.length - shown.length;
  return (
    <div className="flex flex-col gap-1.5">
      <Bar board={board} slots={slots} />
      {slots.leases.length > 0 && (
        <ul
          aria-label={`Slots of ${board.label}`}
          className={cx("flex flex-wrap gap-1.5", isOpen && "max-h-[60vh] overflow-y-auto")}
        >
          {shown.map((lease) => (
            <HeldSlot key={lease.id} lease={lease} board={board} onRelease={onRelease} />
          ))}
        </ul>
      )}
      {(hidden > 0 || isOpen) && (
        <button
          type="button"
          aria-expanded={isOpen}
          className="touch self-start text-muted underline-offset-2 hover:text-fg hover:underline"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Show oldest only" : `Show all ${slots.leases.length.toLocaleString("en")} holders`}
        </button>
      )}
    </div>
  );
}

function Bar({ board, slots }: { board: Board; slots: Slots }) {
  const size = Math.max(board.limit, board.used, 1);
  const leased = Math.max(0, board.used - slots.unnamed);
  const share = (count: number) => ({ width: `${(count / size) * 100}%` });
  return (
    <div
      role="img"
      aria-label={`${board.used} of ${board.limit} slots in use`}
      className="mt-1 flex h-2.5 w-full overflow-hidden rounded-sm border border-line-strong bg-surface"
    >
      <span className="bg-running" style={share(leased)} />
      <span className="slot-unnamed" style={share(slots.unnamed)} />
    </div>
  );
}

const cell = "flex h-11 items-center gap-1.5 rounded-sm border px-2";

function HeldSlot({ lease, board, onRelease }: Props & { lease: SlotLease }) {
  const { holder } = lease;
  return (
    <li
      // Hundreds of signs that turn cost a whole processor, and so do lengths of time that nobody sees.
      className={cx(
        cell,
        "max-w-full border-line-strong bg-surface pr-0.5 [content-visibility:auto] max-sm:!w-full [&_.animate-turn]:animate-none",
      )}
      style={{ width: widthOf(lease.slots) }}
    >
      {holder ? <StateIcon type={holder.state_type} name={holder.state_name} title /> : <UnknownSign />}
      <span className="min-w-0 flex-1 leading-[17px]">
        <span className="flex items-baseline gap-1">
          {holder ? <HolderLink run={holder} /> : <span className="truncate text-muted">Holder unknown</span>}
          {lease.slots > 1 && <span className="shrink-0 text-xs text-muted">×{lease.slots}</span>}
        </span>
        <span className="block truncate text-xs text-muted">
          for <Since time={lease.since} />
          {", "}
          {lease.expires ? (
            <>
              lease <Left time={lease.expires} over="is ending" />
            </>
          ) : board.slot_decay_per_second > 0 ? (
            "decays"
          ) : (
            "until released"
          )}
        </span>
      </span>
      <IconButton
        label={`Release ${lease.slots > 1 ? `${lease.slots} slots` : "the slot"} of ${holder?.name ?? "an unknown holder"}`}
        className="size-6"
        onClick={() => onRelease(lease)}
      >
        <X size={13} />
      </IconButton>
    </li>
  );
}

/** As wide as the slots that it takes, with the gaps between them; up to a size that fits. */
const widthOf = (slots: number): string => {
  const drawn = Math.min(slots, 4);
  return `${drawn * 196 + (drawn - 1) * 6}px`;
};

/** A task run may hold a slot before the server has heard which flow run it is of. */
export function HolderLink({ run }: { run: RunRef }) {
  if (run.kind === "task-run" && run.flow_run_id === null)
    return <span className="truncate font-strong">task run {run.name.slice(0, 8)}</span>;
  return (
    <RunLink kind={run.kind} id={run.id} flowRunId={run.flow_run_id} className="font-strong">
      {run.name}
    </RunLink>
  );
}

function UnknownSign() {
  return (
    <span aria-hidden="true" className="slot-unnamed size-3 shrink-0 rounded-sm border border-line-strong" />
  );
}

/** Slots of which only their number is known. */
function Unnamed({ board, count }: { board: Board; count: number }) {
  if (count === 0) return null;
  const decays = board.slot_decay_per_second > 0;
  return (
    <>
      {[...Array(Math.max(0, count - 1)).keys()].map((place) => (
        <li key={place} aria-hidden="true" className={cx(cell, "slot-unnamed w-7 border-line-strong px-0")} />
      ))}
      <li className={cx(cell, "slot-unnamed border-line-strong text-xs text-muted")}>
        <span className="rounded-sm bg-surface px-1.5 py-0.5">
          {count} in use
          {decays ? ", each decays" : board.holders ? ", no lease" : ""}
        </span>
      </li>
    </>
  );
}

/** Low, where nothing is taken: a board of many limits is mostly of those. */
function FreeSlots({ count, isLow }: { count: number; isLow: boolean }) {
  if (count === 0) return null;
  const look = cx(cell, "border-dashed border-line-strong", isLow && "!h-[22px]");
  return (
    <>
      {[...Array(count - 1).keys()].map((place) => (
        <li key={place} aria-hidden="true" className={cx(look, isLow ? "!px-2" : "w-7 !px-0")} />
      ))}
      <li className={cx(look, "text-xs text-muted", isLow && "!px-1.5")}>{count} free</li>
    </>
  );
}
