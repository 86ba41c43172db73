/**
 * The processes that work with a database of many: the last of their commits, by which they know how it ended, and the
 * task runs that they have to give out.
 */
export const up = `
create table replica (id text primary key, seen text not null, last_commit integer not null) strict;
create index replica_seen on replica (seen);
create table task_claim (
  task_run_id text primary key, replica_id text not null references replica (id) on delete cascade
) strict;
create index task_claim_replica on task_claim (replica_id);
`;

export const down = `
drop table task_claim;
drop table replica;
`;
