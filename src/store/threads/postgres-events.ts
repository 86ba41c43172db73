import type { RunSteps } from "../engine/postgres-steps.ts";
import type { EventStep, Step } from "../engine/protocol.ts";
import type { SentRows } from "../engine/row-text.ts";
import { fileRelatedSql } from "../ingest/postgres-related.ts";
import { insertEventRelatedSql, insertEventSql, insertRelatedSql } from "../sql/hot-sql.ts";
import { sent } from "./sent-rows.ts";

// Not the last one of all: the row that asks for it has been given one of its own by then.
const lastRelatedId = "currval(pg_get_serial_sequence('event_related', 'id'))";
const insertSql = insertEventRelatedSql(lastRelatedId);
const fileSql = fileRelatedSql("(select related_id from event where event.id = ?)");

/** Runs steps of which some store an event, which takes several; answers what each has read, as it is sent. */
export async function runWithEvents(
  run: RunSteps,
  steps: readonly (Step | EventStep)[],
): Promise<(SentRows | null)[]> {
  const plain = steps.map((step) => ("event" in step ? eventSteps(step) : [step]));
  const answers = await run(plain.flat());
  let end = 0;
  return steps.map((step, at) => {
    end += plain[at]?.length ?? 0;
    const read = answers[end - 1];
    return read ? sent(read, step) : null;
  });
}

function eventSteps({ event, related }: EventStep): Step[] {
  if (related === null) return [{ sql: insertEventSql, values: [...event, null], reads: false }];
  return [
    { sql: insertRelatedSql, values: [related], reads: false },
    { sql: insertSql, values: event, reads: false },
    { sql: fileSql, values: [event[0] ?? null], reads: false },
  ];
}
