import { Pause, Play } from "lucide-react";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { IconButton } from "../kit/controls/button.tsx";
import { useSwitch } from "./use-switch.ts";

/** Pauses or resumes a pool from the row that shows it. */
export function PauseButton({ pool, tabIndex }: { pool: WorkPool; tabIndex?: number }) {
  const pause = useSwitch(workPools.update, pool.is_paused, (is_paused) => ({ name: pool.name, is_paused }));
  return (
    <IconButton
      label={`${pool.is_paused ? "Resume" : "Pause"} ${pool.name}`}
      tabIndex={tabIndex}
      disabled={pause.isBusy}
      className="size-6"
      onClick={(event) => {
        event.stopPropagation();
        pause.flip(`Work pool ${pool.name}`);
      }}
    >
      {pool.is_paused ? <Play size={13} /> : <Pause size={13} />}
    </IconButton>
  );
}
