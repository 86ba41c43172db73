import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Gate, RunRef, Waiting } from "../../schema/waiting.ts";
import { useNow } from "../kit/now.ts";
import { capitalised, gateCheck, gateWords } from "../parts/runs/gates.ts";
import { LinkedWords } from "../parts/runs/linked-words.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { Time } from "../parts/time/time.tsx";
import { useSettings } from "../settings.ts";
import { GateFix } from "../waiting/gate-fix.tsx";
import { isInSentence } from "./sentence.ts";

/** Why it does not run, before anything else: all that is in its way, in order, each with what would remove it. */
export function WaitingCard({ run, waiting }: { run: FlowRun; waiting: Waiting }) {
  return (
    <section
      aria-label="Why it waits"
      className="shrink-0 border-b bg-[color-mix(in_oklab,var(--state-late)_7%,var(--surface))] px-4 pt-2 pb-3"
    >
      <h2 className="pb-1 font-strong">Why it waits</h2>
      <ol className="flex max-h-[34vh] flex-col gap-2 overflow-y-auto max-lg:max-h-none">
        {waiting.gates.map((gate) => (
          <GateRow key={gate.kind} gate={gate} run={run} />
        ))}
      </ol>
    </section>
  );
}

function GateRow({ gate, run }: { gate: Gate; run: FlowRun }) {
  const { zone } = useSettings();
  const words = capitalised(gateWords(gate, { now: useNow(), zone, isBrief: true }));
  const check = gateCheck(gate);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1.5">
      <span className="flex min-w-60 flex-1 gap-2">
        <span className="mt-[3px]">
          <StateIcon type="SCHEDULED" name={isInSentence(gate) ? null : "Late"} />
        </span>
        <span className="min-w-0">
          <span className="break-words">
            <LinkedWords words={words} />.
          </span>
          {check && <span className="block text-muted">{check}</span>}
          {"holders" in gate && <Runs label="Held by" runs={gate.holders} />}
          {gate.kind === "limit" && <Runs label="Waiting" runs={gate.waiters} />}
        </span>
      </span>
      <GateFix gate={gate} run={run} />
    </li>
  );
}

const shown = 5;

function Runs({ label, runs }: { label: string; runs: readonly RunRef[] }) {
  if (runs.length === 0) return null;
  return (
    <div className="flex gap-3 pt-0.5">
      <span className="w-14 shrink-0 text-muted" aria-hidden="true">
        {label}
      </span>
      <ul aria-label={label} className="flex min-w-0 flex-wrap gap-x-5 gap-y-0.5">
        {runs.slice(0, shown).map((run) => (
          <li key={run.id} className="flex min-w-0 items-center gap-2">
            <StateIcon type={run.state_type} name={run.state_name} title />
            <RunLink kind={run.kind} id={run.id} flowRunId={run.flow_run_id}>
              {run.name}
            </RunLink>
            <span className="text-muted">
              <Time time={run.since} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
