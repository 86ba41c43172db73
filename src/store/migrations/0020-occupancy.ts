/** How much of limits and queues was taken and waited for, and the runs of a queue by time. */
export const up = `
create table occupancy (
  owner_id text not null, start text not null,
  used integer not null, waiting integer not null, wait_seconds integer not null,
  primary key (owner_id, start)
) strict, without rowid;
create index occupancy_start on occupancy (start);
create index flow_run_queue_time on flow_run (work_queue_id, sort_time, id) where work_queue_id is not null;
`;
export const down = `
drop index flow_run_queue_time;
drop table occupancy;
`;
