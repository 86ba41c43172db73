import { ChevronRight, MoreHorizontal, Pause, Pencil, Play, Plus, Trash2 } from "lucide-react";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import type { Worker } from "../../schema/workers.ts";
import { Button } from "../kit/controls/button.tsx";
import { Menu } from "../kit/overlays/menu.tsx";
import { Link } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { CliCommand, Copy } from "../parts/actions/copy.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { RunsStrip } from "../parts/charts/runs-strip.tsx";
import { workPoolsPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/runs/recent-runs.ts";
import { runsPath } from "../parts/runs-path.ts";
import { Time } from "../parts/time/time.tsx";
import { WorkStatusIcon, type WorkStatusName, workStatusColor } from "../parts/work-status.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";
import { poolSentence } from "./sentence.ts";
import { useSwitch } from "./use-switch.ts";

interface Props {
  pool: WorkPool;
  workers: readonly Worker[] | undefined;
  onAction: (action: PoolAction) => void;
}

/** What the pool is, how it stands, and what can be done about it. */
export function Header({ pool, workers, onAction }: Props) {
  const recent = useRecentRuns("work-pool", [pool.id]);
  const known = recent.of(pool.id);
  const status: WorkStatusName = pool.is_paused ? "PAUSED" : (pool.status ?? "NOT_READY");
  const sentence = poolSentence({ pool, workers, late: known?.late });
  const [first = "", ...rest] = sentence.split(":");
  return (
    <header className="flex shrink-0 flex-col gap-1.5 border-b bg-surface px-4 pt-3 pb-2.5">
      <div className="flex items-center gap-1.5 text-muted max-md:flex-wrap">
        <Link to={workPoolsPath} className="hover:text-fg">
          Work pools
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <span className="truncate font-strong text-fg">{pool.name}</span>
        <Copy text={pool.name} label="Copy the name of the work pool" />
        <span className="flex-1" />
        <Actions pool={pool} onAction={onAction} />
      </div>
      <div className="flex items-start gap-2">
        <span className="mt-[5px]">
          <WorkStatusIcon status={status} size={18} />
        </span>
        <h1 aria-label={sentence} className="min-w-0 text-lg leading-7 font-strong break-words">
          <span className={workStatusColor(status)}>{first}</span>
          {rest.length > 0 && `:${rest.join(":")}`}
        </h1>
      </div>
      {pool.description && <p className="max-w-[90ch] text-muted">{pool.description}</p>}
      <div className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <span>
          Type <span className="text-fg">{pool.type}</span>
        </span>
        <span>
          Limit <span className="text-fg">{pool.concurrency_limit?.toLocaleString("en") ?? "none"}</span>
        </span>
        {known !== undefined && known.late > 0 && (
          <Link to={runsPath(`state:late pool:"${pool.name}"`)} className="text-late underline">
            {known.late.toLocaleString("en")} late
          </Link>
        )}
        <span>
          Created <Time time={pool.created} />
        </span>
        <span className="ml-auto max-md:hidden">
          <RunsStrip recent={known} isPending={recent.isPending} />
        </span>
      </div>
      {status === "NOT_READY" && <StartCommand pool={pool} />}
    </header>
  );
}

function StartCommand({ pool }: { pool: WorkPool }) {
  return (
    <div className="flex max-w-[560px] items-center gap-2 max-md:flex-wrap">
      <span className="shrink-0 text-muted">Start a worker</span>
      <div className="min-w-0 flex-1">
        <CliCommand command={startWorker(pool.name, pool.type)} />
      </div>
    </div>
  );
}

function Actions({ pool, onAction }: Pick<Props, "pool" | "onAction">) {
  const pause = useSwitch(workPools.update, pool.is_paused, (is_paused) => ({ name: pool.name, is_paused }));
  const flip = () => pause.flip(`Work pool ${pool.name}`);
  const edit = () => onAction({ kind: "edit-pool", pool });
  useShortcuts([
    { keys: "p", label: "Pause or resume", group: "Work pool", run: flip },
    { keys: "e", label: "Edit", group: "Work pool", run: edit },
  ]);
  const verb = pool.is_paused ? "Resume" : "Pause";
  return (
    <span className="flex shrink-0 items-center gap-1.5 max-md:w-full">
      <Button aria-label={`${verb} ${pool.name}`} disabled={pause.isBusy} onClick={flip}>
        {pool.is_paused ? <Play size={13} /> : <Pause size={13} />}
        {verb}
      </Button>
      <Button aria-label={`Edit ${pool.name}`} onClick={edit}>
        <Pencil size={13} />
        Edit
      </Button>
      <Menu
        trigger={
          <Button aria-label="More actions" className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            {
              label: "New queue",
              icon: <Plus size={13} />,
              onSelect: () => onAction({ kind: "create-queue", pool }),
            },
          ],
          [
            {
              label: "Delete",
              icon: <Trash2 size={13} />,
              danger: true,
              onSelect: () => onAction({ kind: "delete-pool", pool }),
            },
          ],
        ]}
      />
    </span>
  );
}
