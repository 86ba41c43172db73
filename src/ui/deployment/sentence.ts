import type { Deployment } from "../../schema/deployments.ts";
import { statusOf } from "../parts/deployment-status.tsx";
import { roughly } from "../parts/time/durations.ts";
import { relative, timeOf } from "../parts/time/times.ts";

interface Facts {
  deployment: Pick<Deployment, "paused" | "status" | "work_pool_name" | "last_polled"> & {
    schedules: readonly unknown[];
  };
  /** Words of its active schedules, the one that fires first before the others. */
  words: readonly string[];
  /** When it fires next, in milliseconds. */
  next: number | undefined;
  now: number;
}

/** How a deployment stands; the first word, up to the colon, is its status. */
export function deploymentSentence({ deployment, words, next, now }: Facts): string {
  const status = statusOf(deployment);
  if (status === "paused") return "Paused: nothing is scheduled";
  if (status === "not-served") return notServed(deployment, now);
  const [first, ...others] = words;
  if (!first)
    return deployment.schedules.length > 0
      ? "Runs on demand: no active schedule"
      : "Runs on demand: no schedule";
  const more =
    others.length > 0
      ? ` and on ${others.length} more ${others.length === 1 ? "schedule" : "schedules"}`
      : "";
  const when = next === undefined ? "no upcoming fires" : `next ${relative(next, now)}`;
  return `Runs ${lowered(first)}${more}, ${when}`;
}

function notServed({ work_pool_name: pool, last_polled }: Facts["deployment"], now: number): string {
  const who = pool ? "No worker" : "Not served";
  const asker = pool ? `no worker of ${pool}` : "no process";
  if (!last_polled) return `${who}: ${asker} has ever polled for its runs`;
  return `${who}: ${asker} has polled for its runs for ${roughly(Math.max(1, (now - timeOf(last_polled)) / 1000))}`;
}

const lowered = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
