import type { ReactNode } from "react";
import { Empty } from "../kit/panel.tsx";
import { startWorker } from "../parts/actions/curl.ts";

/** No pool yet: the commands and the button that make one. */
export function FirstPool({ action }: { action: ReactNode }) {
  return (
    <Empty
      title="No work pools yet"
      code={`praetor deploy flows.ts:load --pool my-pool\n${startWorker("my-pool")}`}
      action={action}
    >
      Runs of a deployment wait in a queue of a work pool until a worker picks them up. A limit on the pool or
      the queue caps how many run at once. Deployments served by <code>flow.serve()</code> need no pool.
    </Empty>
  );
}
