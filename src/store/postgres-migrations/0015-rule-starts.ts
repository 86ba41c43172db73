export const up = `
with read as (
  select id, schedule::json ->> 'rrule' as rule, coalesce(schedule::json ->> 'timezone', 'UTC') as zone
  from deployment_schedule where schedule::json ->> 'rrule' is not null),
mended as (
  select id, case when substr(rule, 1, 24) = E'DTSTART:20200101T000000\\n' then substr(rule, 25)
    else substr(rule, 1, position('DTSTART:' in upper(rule)) - 1) || 'DTSTART;TZID=' || zone || ':' || substr(rule, position('DTSTART:' in upper(rule)) + 8) end as rule
  from read where position('DTSTART:' in upper(rule)) > 0 and substr(upper(rule), position('DTSTART:' in upper(rule)) + 23, 1) <> 'Z'
    and rule ~* 'UNTIL=[0-9]{8}T[0-9]{6}Z')
update deployment_schedule set schedule = jsonb_set(schedule::jsonb, '{rrule}', to_jsonb(mended.rule))::text
from mended where mended.id = deployment_schedule.id;
`;

export { down } from "../migrations/0015-rule-starts.ts";
