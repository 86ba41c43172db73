import type { Logger } from "pino";
import { WebSocket } from "ws";
import { z } from "zod";
import { maxEntries } from "../../schema/scalars.ts";
import type { BackgroundTasks, Subscription } from "../background-tasks.ts";
import { type Channel, type Listener, parsed } from "./accept.ts";

interface ScheduledTasksOptions {
  tasks: BackgroundTasks;
  log: Logger;
}

const Subscribe = z.object({
  type: z.literal("subscribe"),
  keys: z.array(z.string()).min(1).max(maxEntries),
  client_id: z.string().min(1),
});
const Answer = z.object({ type: z.enum(["ack", "quit"]) });

const normal = 1000;
const internalError = 1011;
const violation = 4001;

/** Sends task workers the runs of their tasks: one at a time, the next once it is acknowledged. */
export function scheduledTasks({ tasks, log }: ScheduledTasksOptions): Channel {
  return {
    // Each message answers one of the server's.
    isStream: true,
    open(socket): Listener {
      let subscription: Subscription | undefined;
      let isUnanswered = false;

      const give = async (to: Subscription) => {
        const run = await to.next();
        if (!run || socket.readyState !== WebSocket.OPEN) return;
        isUnanswered = true;
        socket.send(JSON.stringify(run));
      };
      const giveNext = (to: Subscription) => {
        give(to).catch((error: unknown) => {
          log.error({ err: error }, "a task run could not be given out");
          socket.close(internalError, "The next task run could not be read.");
        });
      };
      const subscribe = (text: string) => {
        const message = Subscribe.safeParse(parsed(text));
        if (!message.success) {
          return socket.close(violation, "Expected a subscribe message with keys and a client_id.");
        }
        const { keys, client_id } = message.data;
        subscription = tasks.subscribe({ identifier: client_id, task_keys: keys });
        return giveNext(subscription);
      };
      return {
        onText(text) {
          if (!subscription) return subscribe(text);
          const answer = Answer.safeParse(parsed(text));
          if (answer.data?.type === "quit") return socket.close(normal);
          if (!answer.success || !isUnanswered)
            return socket.close(violation, "Expected an ack of a task run.");
          isUnanswered = false;
          subscription.taken();
          return giveNext(subscription);
        },
        onClose: () => subscription?.close(),
      };
    },
  };
}
