import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import type { Gate } from "../../schema/waiting.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { RaiseLimit } from "./raise-limit.tsx";
import { RaiseShared } from "./raise-shared.tsx";

export type FullGate = Extract<Gate, { holders: unknown }>;

/** Lets more run at once, wherever the limit stands. */
export function RaiseDialog({ gate, onClose }: { gate: FullGate; onClose: () => void }) {
  const shared = { limit: gate.limit, used: gate.used, onClose };
  switch (gate.kind) {
    case "pool-limit":
      return (
        <RaiseLimit
          {...shared}
          of={`work pool ${gate.pool}`}
          route={workPools.update}
          input={(concurrency_limit) => ({ name: gate.pool, concurrency_limit })}
        />
      );
    case "queue-limit":
      return (
        <RaiseLimit
          {...shared}
          of={`queue ${gate.queue}`}
          route={workQueues.update}
          input={(concurrency_limit) => ({ pool: gate.pool, current: gate.queue, concurrency_limit })}
        />
      );
    case "deployment-limit":
      return (
        <RaiseLimit
          {...shared}
          of="the deployment"
          route={concurrencyLimits.update}
          input={(limit) => ({ id_or_name: gate.limit_id, limit })}
        />
      );
    case "limit":
      return <RaiseShared name={gate.name} {...shared} />;
  }
}
