/** Groups that are ignored until a time, and the versions of the flows that failed. */
export const up = `
alter table failure_group add column ignored_until text;
insert into failure_touched (group_id, kind, subject, total)
  select failure.group_id, 'version', run.flow_version, count(*)
  from failure join flow_run as run on run.id = failure.flow_run_id
  where failure.group_id is not null and run.flow_version is not null
  group by failure.group_id, run.flow_version;
`;
export const down = `
delete from failure_touched where kind = 'version';
alter table failure_group drop column ignored_until;
`;
