import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseInUse, type Holder, type Lock, takeLock } from "../store/admin/lock.ts";

/** A script first finishes its requests in progress, and may be busy. */
const patienceMs = 15_000;
const pauseMs = 20;

/** Acquires the lock of a database for a server, from a script if needed. Throws `DatabaseInUse` when another server holds it. */
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

/** Whether the holder may release it: a script, or a holder of unknown kind. */
export const isPassing = (holder: Holder | undefined): boolean =>
  holder === undefined || holder.kind === "script";

/** A script names the new holder in the lock before it releases it. */
const isOurs = (holder: Holder | undefined): boolean => holder?.pid === process.pid;

async function ask({ url, token }: Holder): Promise<void> {
  const credentials = Buffer.from(token ?? "").toString("base64");
  await fetch(`${url}/api/praetor/handover`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    body: JSON.stringify({ pid: process.pid }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => {
    // It may have ended meanwhile; the lock is tried next.
  });
}
