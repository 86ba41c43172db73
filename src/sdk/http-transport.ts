import { type Client, createClient, socketToken, userAgent } from "../client/client.ts";
import { EventSender } from "../client/events.ts";
import { type RetryPolicy, retryingSend } from "../client/retrying-send.ts";
import { settings } from "./environment.ts";
import { EventListener, type Listening } from "./event-listener.ts";
import { fenceOff } from "./fenced-attempts.ts";
import { Heartbeats } from "./heartbeats.ts";
import { type Level, levelOrder, printLine } from "./logger.ts";
import { OutageReporter } from "./outage-reporter.ts";
import { RunControls } from "./run-controls.ts";
import { fixedServer, type ServerAddress, type ServerConnection } from "./server-connection.ts";
import type { Transport, Watched } from "./session.ts";
import { SpillFile } from "./spill-file.ts";

export interface HttpOptions extends ServerAddress {
  printLevel: Level | "silent";
}

/** A remote server with a fixed address: ours or Prefect's. */
export const httpTransport = ({ printLevel, ...address }: HttpOptions): Transport =>
  transportTo(fixedServer(address), printLevel);

/** A server, remote or on this machine, whose address may change. */
export function transportTo(server: ServerConnection, printLevel: Level | "silent"): Transport {
  const { clientPatienceSeconds, clientBufferMegabytes } = settings();
  const giveUpAfter = clientPatienceSeconds * 1000;
  const absence = new OutageReporter(server.name, giveUpAfter, (text) => {
    if (levelOrder("warning") >= levelOrder(printLevel)) printLine("warning", text);
  });
  const onWait = (reason: string) => absence.unavailable(reason);
  const onAnswer = () => absence.restored();
  const patience: RetryPolicy = {
    get giveUpAfter() {
      return absence.left();
    },
    ...{ onWait, onAnswer },
  };
  const { apiUrl: baseUrl, authString, apiKey } = server.address;
  const client: Client = createClient({
    ...{ baseUrl, authString, apiKey },
    agent: userAgent,
    send: retryingSend((request) => server.send(request), patience),
  });
  const { open } = server;
  const token = () => socketToken(server.address);
  const events = new EventSender({
    ...{ open, token, onGivenUp: fenceOff, patience: giveUpAfter, onBack: onAnswer },
    spill: new SpillFile(clientBufferMegabytes * 1_000_000),
    onWait: () => onWait("no connection for events"),
  });
  const listen = (listening: Listening, patience = 0) =>
    new EventListener({ open, token, patience }, listening);
  const orders = new RunControls({ listen, client });
  const heartbeats = new Heartbeats({ server, every: settings().heartbeatSeconds, events });
  return {
    client,
    events,
    printLevel,
    watch(watched: Watched) {
      const stopListening = orders.watch(watched.flowRunId, watched);
      const stopBeating = heartbeats.start(watched);
      return () => {
        stopListening();
        stopBeating();
      };
    },
    listen,
    get isServer() {
      return server.isServer;
    },
    environment: server.environment,
    renewClaim: (claim) => heartbeats.start(claim),
    holdLease: (lease) => heartbeats.hold(lease),
    runPage: (id) =>
      server.isServer ? `${server.address.apiUrl.replace(/\/api$/, "")}/runs/${id}` : undefined,
    async close() {
      orders.close();
      heartbeats.close();
      await events.close();
      await server.close();
    },
  };
}
