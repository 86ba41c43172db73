import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseInUse, type Holder, type Lock, takeLock } from "../store/admin/lock.ts";

/** A script that is asked has to answer what it was asked before, and may itself be busy. */
const patienceMs = 15_000;
const pauseMs = 20;

/** The lock of a database for a server, if need be from a script. Throws `DatabaseInUse` when another server has it. */
export async function takeOverLock(database: string): Promise<Lock> {
  const requested = new Set<string>();
  for (const until = Date.now() + patienceMs; ; ) {
    try {
      return takeLock(database, "server");
    } catch (error) {
      if (!(error instanceof DatabaseInUse) || Date.now() > until) throw error;
      if (!isPassing(error.holder) && !isOurs(error.holder)) throw error;
      if (error.holder?.url && !requested.has(error.holder.url)) {
        requested.add(error.holder.url);
        await ask(error.holder);
      }
    }
    await sleep(pauseMs);
  }
}

/** Whether it will let go: a script, or somebody who has not yet said what it is. */
export const isPassing = (holder: Holder | undefined): boolean =>
  holder === undefined || holder.kind === "script";

/** What a script writes before it lets go: the database is as good as ours. */
const isOurs = (holder: Holder | undefined): boolean => holder?.pid === process.pid;

async function ask({ url, token }: Holder): Promise<void> {
  const credentials = Buffer.from(token ?? "").toString("base64");
  await fetch(`${url}/api/praetor/handover`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    body: JSON.stringify({ pid: process.pid }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => {
    // It has ended meanwhile, which is as good: the lock tells.
  });
}
