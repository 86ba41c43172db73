import type { Waiting } from "../../../schema/waiting.ts";
import { useNow } from "../../kit/now.ts";
import { useSettings } from "../../settings.ts";
import { gateCheck, reason, textOf } from "./gates.ts";

/** Why a run waits, in a line of a list; of a late one also what to check. */
export function WhyWaiting({ waiting, className }: { waiting: Waiting; className?: string }) {
  const { zone } = useSettings();
  const text = `${textOf(reason(waiting, { now: useNow(), zone, isBrief: true }))}.`;
  const check = checkOf(waiting);
  return (
    <span className={className} title={check ? `${text} ${check}` : text}>
      {text}
      {check && ` ${check}`}
    </span>
  );
}

/** What to look at when a run is late; undefined when it is not, or when the reason says it all. */
export function checkOf({ is_late, gates: [first] }: Waiting): string | undefined {
  return is_late && first ? gateCheck(first) : undefined;
}
