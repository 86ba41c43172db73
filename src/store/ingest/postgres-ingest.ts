import { logValues } from "../engine/change-groups.ts";
import { eventValues } from "../engine/event-rows.ts";
import type { RunSteps } from "../engine/postgres-steps.ts";
import type {
  EventText,
  IngestBatch,
  IngestResult,
  ListResult,
  Recorded,
  SentEvent,
  Step,
} from "../engine/protocol.ts";
import { insertChangesSql } from "../sql/hot-sql.ts";
import { readList } from "./event-lists.ts";
import { Fence } from "./fence.ts";
import { Lists } from "./postgres-lists.ts";
import { PostgresRelated } from "./postgres-related.ts";
import { PostgresRows } from "./postgres-rows.ts";
import { attemptOf, recorded } from "./recorder.ts";
import { RunRecording } from "./run-recording.ts";

// The hottest path of the store for PostgreSQL: a few statements for a batch of any size. The writer
// lock is held from before the first to after the last, so reads stay valid without row locks.

interface Sent {
  event: SentEvent;
  record: Recorded | undefined;
  /** The result that it belongs to, and its index there. */
  result: ListResult;
  place: number;
}

const related = new PostgresRelated();

/** Writes the batch in a transaction that has begun; answers what changed. The caller rolls back when this throws. */
export async function recordBatch(run: RunSteps, { lists, received }: IngestBatch): Promise<IngestResult> {
  const read = lists.map(readSent);
  const rows = new PostgresRows(received);
  const reported = read.flatMap((list) => list.sent);
  await readFlowRuns(run, rows, reported);
  const fenced = read.map((list) => fencedList(rows, list));
  const sent = fenced.flatMap((list) => list.sent);
  const results = fenced.map(({ result }) => result);
  const fresh = await store(run, sent, received);
  await readRows(run, rows, fresh);
  const recording = new RunRecording(rows, received);
  for (const { event, record } of fresh) recording.add(event, record);
  const { changes, rollup } = recording.finish();
  const logged = changes.map((group) => ({ sql: insertChangesSql, values: logValues(group), reads: true }));
  const answers = await run([...related.filings(), ...rows.writes(), ...rollup, ...logged]);
  const seqs = answers.slice(answers.length - logged.length).map((answer) => Number(answer?.rows[0]?.[0]));
  return { changes: changes.map((group, at) => ({ ...group, seq: seqs[at] ?? 0 })), lists: results };
}

function readSent(list: EventText): { sent: Sent[]; result: ListResult } {
  const found: Omit<Sent, "result">[] = [];
  const result = readList(list, (event, place) => {
    found.push({ event, record: recorded(event), place });
    return true;
  });
  return { sent: found.map((one) => ({ ...one, result })), result };
}

const events = new Lists({
  ...{ id: "text", occurred: "text", event: "text", resource_id: "text", resource: "text", payload: "text" },
  ...{ follows: "text", recorded: "bigint", related_id: "bigint" },
});
const names = events.names.join(", ");
const insertEventsSql = `insert into event (${names}, received)
  select ${names}, cast(? as text) from ${events.from} on conflict (id) do nothing returning id`;

/** Stores the events; returns the new ones, and adds the others to their results. */
async function store(run: RunSteps, sent: readonly Sent[], received: string): Promise<Sent[]> {
  const relatedIds = await related.ids(
    run,
    sent.map(({ event }) => event),
  );
  const rows = sent.map(({ event }, at) => [...eventValues(event), relatedIds[at] ?? null]);
  const [added] = await run([
    { sql: insertEventsSql, values: [received, ...events.values(rows)], reads: true },
  ]);
  const ids = new Set(added?.rows.map(([id]) => id));
  return sent.filter(({ event, result, place }) => {
    // Of several with one id the first was stored.
    const isFresh = ids.delete(event.id);
    if (!isFresh) result.known.push(place);
    return isFresh;
  });
}

/** The current attempts of the flow runs that events belong to. */
async function readFlowRuns(run: RunSteps, rows: PostgresRows, sent: readonly Sent[]): Promise<void> {
  const ids = new Set(sent.flatMap(({ event }) => attemptOf(event)?.flowRunId ?? []));
  if (ids.size === 0) return;
  const [found] = await run([rows.readFlowRuns([...ids])]);
  rows.foundFlowRuns(found);
}

interface SentList {
  sent: Sent[];
  result: ListResult;
}

/** Without events of given-up attempts. */
function fencedList(rows: PostgresRows, { sent, result }: SentList): SentList {
  const fence = new Fence((id) => rows.flowRun(id));
  const kept = sent.filter(({ event, place }) => {
    const isStopped = fence.stops(event);
    if (isStopped) result.known.push(place);
    return !isStopped;
  });
  const marked = fence.mark(result);
  return { sent: kept.map((one) => ({ ...one, result: marked })), result: marked };
}

async function readRows(run: RunSteps, rows: PostgresRows, fresh: readonly Sent[]): Promise<void> {
  const records = fresh.flatMap(({ record }) => record ?? []);
  if (records.length === 0) return;
  const [found] = await run([rows.readByIds(records)]);
  rows.foundByIds(found);
  const steps: Step[] = rows.readByKeys(records);
  if (steps.length > 0) rows.foundByKeys(await run(steps));
  const inferred = rows.readStatesBefore();
  if (inferred) rows.foundStatesBefore((await run([inferred]))[0]);
}
