export const up = `
create table replica (id text collate "C" primary key, seen text collate "C" not null, last_commit bigint not null);
create index replica_seen on replica (seen);
create table task_claim (
  task_run_id text collate "C" primary key, replica_id text collate "C" not null references replica (id) on delete cascade
);
create index task_claim_replica on task_claim (replica_id);
`;

export { down } from "../migrations/0009-replicas.ts";
