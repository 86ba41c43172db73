import { authorization, type Client, createClient, socketToken, userAgent } from "../client/client.ts";
import { EventSender } from "../client/events.ts";
import { persistent } from "../client/send.ts";
import { EventListener, type Listening } from "./event-listener.ts";
import { Heartbeats } from "./heartbeats.ts";
import { type Level, levelOrder, printLine } from "./logger.ts";
import { Orders } from "./orders.ts";
import type { Transport, Watched } from "./session.ts";
import { openSockets } from "./socket.ts";

export interface HttpOptions {
  /** Base of the API, with `/api`. */
  apiUrl: string;
  authString?: string | undefined;
  apiKey?: string | undefined;
  printLevel: Level | "silent";
}

const giveUpAfter = 120_000;

/** A server on the network: ours, or one of Prefect. */
export function httpTransport(options: HttpOptions): Transport {
  const baseUrl = options.apiUrl.replace(/\/+$/, "");
  const token = socketToken(options);
  const onWait = (reason: string) => {
    if (levelOrder("warning") >= levelOrder(options.printLevel))
      printLine("warning", `Waiting for the server at ${baseUrl} (${reason})`);
  };
  const client: Client = createClient({
    ...options,
    baseUrl,
    agent: userAgent,
    send: persistent(fetch, { giveUpAfter, onWait }),
  });
  const open = openSockets(baseUrl);
  const events = new EventSender({ open, token });
  const listen = (listening: Listening, patience = 0) =>
    new EventListener({ open, token, patience }, listening);
  const orders = new Orders({ listen, client });
  const heartbeats = new Heartbeats({ baseUrl, token, headers: authorization(options), events });
  return {
    client,
    events,
    printLevel: options.printLevel,
    watch(watched: Watched) {
      const stopListening = orders.watch(watched.flowRunId, watched);
      const stopBeating = heartbeats.start(watched);
      return () => {
        stopListening();
        stopBeating();
      };
    },
    network: { apiUrl: baseUrl, listen },
    holdLease: (lease) => heartbeats.hold(lease),
    runPage: (id) => `${baseUrl.replace(/\/api$/, "")}/runs/${id}`,
    async close() {
      orders.close();
      heartbeats.close();
      await events.close();
    },
  };
}
