// DTSTART was put before rules that have none. Clients in Python cannot read a local one beside an UNTIL in UTC, and with
// it none of the deployments in a list. A start that the server put there goes: it is what a rule without one has. Any
// other gets the zone of its schedule, which changes none of its fires.

const start = "instr(upper(rule), 'DTSTART:')";

export const up = `
with read as (
  select id, json_extract(schedule, '$.rrule') as rule, coalesce(json_extract(schedule, '$.timezone'), 'UTC') as zone
  from deployment_schedule where json_extract(schedule, '$.rrule') is not null),
mended as (
  select id, case when substr(rule, 1, 24) = 'DTSTART:20200101T000000' || char(10) then substr(rule, 25)
    else substr(rule, 1, ${start} - 1) || 'DTSTART;TZID=' || zone || ':' || substr(rule, ${start} + 8) end as rule
  from read where ${start} > 0 and substr(upper(rule), ${start} + 23, 1) <> 'Z'
    and upper(rule) glob '*UNTIL=[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z*')
update deployment_schedule set schedule = json_set(schedule, '$.rrule',
  (select mended.rule from mended where mended.id = deployment_schedule.id))
where id in (select id from mended);
`;

/** Older versions read the mended texts as well. */
export const down = "";
