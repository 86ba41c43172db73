// How many runs there are by day, ten minutes and minute of their expected start, and by state. The sums are whole
// microseconds: of run times, of latenesses that are settled, and for runs that still wait how far into the span
// they are expected.

const table = (text: string) => `
create table run_tally (
  kind ${text} not null, span integer not null, start ${text} not null,
  state_type ${text} not null, state_name ${text} not null,
  runs integer not null, run_time real not null, lateness real not null,
  waiting integer not null, waited real not null,
  primary key (kind, span, start, state_type, state_name)
)`;

const isOver = "state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')";
const spanStart = (span: number) =>
  `substr(expected_start_time, 1, ${span}) || substr('0000-01-01T00:00:00.000000Z', ${span + 1})`;

type Microseconds = (time: string) => string;

const fill = (kind: string, span: number, microseconds: Microseconds) => `
insert into run_tally
select '${kind}', ${span}, substr(coalesce(expected_start_time, ''), 1, ${span}),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then ${microseconds("start_time")} - ${microseconds("expected_start_time")} else 0 end),
  sum(case when ${waits} then 1 else 0 end),
  sum(case when ${waits} then ${microseconds("expected_start_time")} - ${microseconds(spanStart(span))} else 0 end)
from ${kind}${span === 10 ? "" : " where expected_start_time is not null"}
group by 3, 4, 5;`;

const waits = `start_time is null and expected_start_time is not null and not coalesce(${isOver}, false)`;

const fills = (microseconds: Microseconds) =>
  ["flow_run", "task_run"]
    .flatMap((kind) => [10, 15, 16].map((span) => fill(kind, span, microseconds)))
    .join("");

export const up = `${table("text")} strict, without rowid;${fills(
  (time) => `(unixepoch(substr(${time}, 1, 19)) * 1000000 + cast(substr(${time}, 21, 6) as integer))`,
)}`;

export const down = "drop table run_tally;";
