import type { Deployment } from "../../schema/deployments.ts";
import { useNow } from "../kit/now.ts";
import { useSettings } from "../settings.ts";
import { nextFireOf } from "./fires.ts";
import { absolute, relative, short } from "./times.ts";

/** When a deployment fires next, computed from its schedules as the scheduler does it. */
export function NextFire({ deployment }: { deployment: Pick<Deployment, "paused" | "schedules"> }) {
  const now = useNow(10);
  const at = nextFireOf(deployment, now);
  return at === undefined ? <span className="text-faint">–</span> : <FireTime at={at} now={now} />;
}

/** `26 Nov 09:00  in 7h`; the zone stands in the head of the column. */
export function FireTime({ at, now }: { at: number; now: number }) {
  const { zone } = useSettings();
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at, zone)} className="whitespace-nowrap">
      {short(at, zone, now)} <span className="pl-1 text-muted">{relative(at, now)}</span>
    </time>
  );
}
