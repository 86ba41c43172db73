export const up = `
create table run_tally (
  kind text collate "C" not null, span integer not null, start text collate "C" not null,
  state_type text collate "C" not null, state_name text collate "C" not null,
  runs integer not null, run_time double precision not null, lateness double precision not null,
  waiting integer not null, waited double precision not null,
  primary key (kind, span, start, state_type, state_name)
);
insert into run_tally
select 'flow_run', 10, substr(coalesce(expected_start_time, ''), 1, 10),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then cast(extract(epoch from cast(start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then 1 else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(substr(expected_start_time, 1, 10) || substr('0000-01-01T00:00:00.000000Z', 11) as timestamptz)) * 1000000 as bigint) else 0 end)
from flow_run
group by 3, 4, 5;
insert into run_tally
select 'flow_run', 15, substr(coalesce(expected_start_time, ''), 1, 15),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then cast(extract(epoch from cast(start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then 1 else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(substr(expected_start_time, 1, 15) || substr('0000-01-01T00:00:00.000000Z', 16) as timestamptz)) * 1000000 as bigint) else 0 end)
from flow_run where expected_start_time is not null
group by 3, 4, 5;
insert into run_tally
select 'flow_run', 16, substr(coalesce(expected_start_time, ''), 1, 16),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then cast(extract(epoch from cast(start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then 1 else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(substr(expected_start_time, 1, 16) || substr('0000-01-01T00:00:00.000000Z', 17) as timestamptz)) * 1000000 as bigint) else 0 end)
from flow_run where expected_start_time is not null
group by 3, 4, 5;
insert into run_tally
select 'task_run', 10, substr(coalesce(expected_start_time, ''), 1, 10),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then cast(extract(epoch from cast(start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then 1 else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(substr(expected_start_time, 1, 10) || substr('0000-01-01T00:00:00.000000Z', 11) as timestamptz)) * 1000000 as bigint) else 0 end)
from task_run
group by 3, 4, 5;
insert into run_tally
select 'task_run', 15, substr(coalesce(expected_start_time, ''), 1, 15),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then cast(extract(epoch from cast(start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then 1 else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(substr(expected_start_time, 1, 15) || substr('0000-01-01T00:00:00.000000Z', 16) as timestamptz)) * 1000000 as bigint) else 0 end)
from task_run where expected_start_time is not null
group by 3, 4, 5;
insert into run_tally
select 'task_run', 16, substr(coalesce(expected_start_time, ''), 1, 16),
  coalesce(state_type, ''), coalesce(state_name, ''), count(*), sum(floor(total_run_time * 1000000 + 0.5)),
  sum(case when start_time > expected_start_time
    then cast(extract(epoch from cast(start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then 1 else 0 end),
  sum(case when start_time is null and expected_start_time is not null and not coalesce(state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), false) then cast(extract(epoch from cast(expected_start_time as timestamptz)) * 1000000 as bigint) - cast(extract(epoch from cast(substr(expected_start_time, 1, 16) || substr('0000-01-01T00:00:00.000000Z', 17) as timestamptz)) * 1000000 as bigint) else 0 end)
from task_run where expected_start_time is not null
group by 3, 4, 5;`;

export { down } from "../migrations/0005-tallies.ts";
