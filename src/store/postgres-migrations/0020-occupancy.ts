export const up = `
create table occupancy (
  owner_id text collate "C" not null, start text collate "C" not null,
  used bigint not null, waiting bigint not null, wait_seconds bigint not null,
  primary key (owner_id, start)
);
create index occupancy_start on occupancy (start);
create index flow_run_queue_time on flow_run (work_queue_id, sort_time nulls first, id)
  where work_queue_id is not null;
`;

export { down } from "../migrations/0020-occupancy.ts";
