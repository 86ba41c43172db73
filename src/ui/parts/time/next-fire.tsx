import type { Deployment } from "../../../schema/deployments.ts";
import { useNow } from "../../kit/now.ts";
import { useSettings } from "../../settings.ts";
import { nextFireOf } from "./fires.ts";
import { absolute, relative, short } from "./times.ts";

type Fires = Pick<Deployment, "paused" | "schedules">;

/** The time in steps that are right for an instant: its last minute is counted in seconds. */
const useNowBefore = (at: number | undefined): number =>
  useNow(at !== undefined && Math.abs(at - Date.now()) < 90_000 ? 1 : 10);

/** The instant that is found from now on, found again as time passes, and what time it is. */
export function useNext(find: (now: number) => number | undefined): { at: number | undefined; now: number } {
  const at = find(Date.now());
  return { at, now: useNowBefore(at) };
}

/** When a deployment fires next, and what time it is. */
export const useNextFire = (deployment: Fires) => useNext((now) => nextFireOf(deployment, now));

/** When the first of some deployments fires next. */
export const useSoonestFire = (deployments: readonly Fires[]) =>
  useNext((now) => {
    const times = deployments.flatMap((deployment) => nextFireOf(deployment, now) ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  });

/** When a deployment fires next, computed from its schedules as the scheduler does it. */
export function NextFire({ deployment }: { deployment: Fires }) {
  const { at } = useNextFire(deployment);
  return at === undefined ? <span className="text-faint">–</span> : <FireTime at={at} />;
}

/** `26 Nov 09:00  in 7h`; the zone stands in the head of the column. */
export function FireTime({ at }: { at: number }) {
  const { zone } = useSettings();
  const now = useNowBefore(at);
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at, zone)} className="whitespace-nowrap">
      {short(at, zone, now)} <span className="pl-1 text-muted">{relative(at, now)}</span>
    </time>
  );
}
