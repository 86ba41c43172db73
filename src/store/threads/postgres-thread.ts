import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { RunSteps } from "../engine/postgres-steps.ts";
import type {
  Failure,
  IngestBatch,
  IngestResult,
  Reply,
  Request,
  Step,
  ThreadOptions,
} from "../engine/protocol.ts";
import { transferred } from "../engine/row-text.ts";
import { type SentRequest, StepReceiver } from "../engine/sent-steps.ts";
import { SerialQueue } from "../engine/serial-queue.ts";
import { recordBatch } from "../ingest/postgres-ingest.ts";
import { listOf } from "../run-index/run-text.ts";
import { runWithEvents } from "./postgres-events.ts";
import { reasonOf } from "./postgres-failures.ts";
import { graphText } from "./postgres-graph.ts";
import { Readers } from "./postgres-readers.ts";
import { Session, StepError } from "./postgres-session.ts";
import { accessOf } from "./postgres-url.ts";
import { channel, Writer } from "./postgres-writer.ts";

// Worker thread for a PostgreSQL server. Rows are decoded and events parsed here, off the main thread.

const options: ThreadOptions = workerData;
const access = accessOf(options.path);
const writer = new Writer(access);
const readers = new Readers(access, options.isPatient ? "tool" : "reader");
const turns = new SerialQueue();
const receiver = new StepReceiver();
let isClosed = false;
let listener: Session | undefined;

parentPort?.on("message", (message: SentRequest[]) => {
  for (const request of receiver.received(message)) void answer(request);
});
if (options.readOnly) void listen();

async function answer(request: Request): Promise<void> {
  const reply = await replyTo(request);
  parentPort?.postMessage([reply], transferred([reply]));
  if (request.kind === "close") parentPort?.close();
}

async function replyTo(request: Request): Promise<Reply> {
  try {
    const result = options.readOnly ? await read(request) : await turns.run(() => write(request));
    return { id: request.id, result };
  } catch (error) {
    return { id: request.id, failure: describe(error) };
  }
}

async function read(request: Request): Promise<unknown> {
  if (request.kind === "steps") {
    return readers.use((session) => runWithEvents((steps) => session.run(steps), request.steps));
  }
  if (request.kind === "list") {
    const { step } = request;
    const [rows] = await readers.use((session) => session.run([step]));
    return rows && listOf(rows, step.runs);
  }
  if (request.kind === "graph") {
    return readers.use((session) => graphText((steps) => session.run(steps), request.part));
  }
  if (request.kind === "close") return close();
  throw new Error(`A reader does not ${request.kind}.`);
}

async function write(request: Request): Promise<unknown> {
  if (request.kind === "steps") {
    const { steps, transaction } = request;
    const run: RunSteps = (plain) => (transaction ? writer.inside(plain, transaction) : writer.run(plain));
    return runWithEvents(run, steps);
  }
  if (request.kind === "ingest") return ingest(request.batch);
  if (request.kind === "graph") return graphText((steps) => writer.run(steps), request.part);
  if (request.kind === "list") {
    const [rows] = await writer.run([request.step]);
    return rows && listOf(rows, request.step.runs);
  }
  if (request.kind === "rollback") return writer.rollback();
  if (request.kind === "commit") return writer.commit(request.waiting);
  if (request.kind === "register") return writer.register(request.replica);
  if (request.kind === "script") return writer.script(request.sql);
  return close();
}

const lastEvent: Step = { sql: "select max(seq) from event", values: [], reads: true };

const ingest = (batch: IngestBatch): Promise<IngestResult> =>
  writer.alone(async (run) => {
    const result = await recordBatch(run, batch);
    const [last] = await run([lastEvent]);
    return { ...result, lastEvent: Number(last?.rows[0]?.[0] ?? 0) };
  });

async function close(): Promise<void> {
  isClosed = true;
  await Promise.all([writer.close(), readers.close(), listener?.close()]);
}

const pause = 500;

/** LISTENs for commits of other replicas on a connection of its own, as long as the store is open. */
async function listen(): Promise<void> {
  while (!isClosed) {
    try {
      listener = await Session.open(access, "listener");
      const ended = new Promise<void>((resolve) => listener?.onEnd(resolve));
      listener.onNotification(wake);
      await listener.script(`listen ${channel}`);
      // Notifications sent while nothing was listening.
      wake();
      if (isClosed) await listener.close();
      await ended;
    } catch {
      // Readers and writers report the failure.
      await sleep(pause);
    }
  }
}

function wake(): void {
  const nothing: Reply = { id: null };
  parentPort?.postMessage([nothing]);
}

function describe(error: unknown): Failure {
  const cause = error instanceof StepError ? error.cause : error;
  const message = error instanceof Error ? error.message : String(error);
  return { message, sql: error instanceof StepError ? error.sql : "", reason: reasonOf(cause) };
}
