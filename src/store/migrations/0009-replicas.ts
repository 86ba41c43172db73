/** The processes that write into a database of many, and the last of their commits, by which they know how it ended. */
export const up = `
create table replica (id text primary key, seen text not null, last_commit integer not null) strict;
create index replica_seen on replica (seen);
`;

export const down = `
drop table replica;
`;
