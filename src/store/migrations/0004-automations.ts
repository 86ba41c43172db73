/** Automations, what they have counted, and what they still have to do. */
export const up = `
-- heard_from is the last event that was stored before the automation was enabled: it answers only later ones.
create table automation (
  id text primary key, created text not null, updated text not null,
  name text not null, description text not null, enabled integer not null, tags text not null,
  trigger text not null, actions text not null, actions_on_trigger text not null, actions_on_resolve text not null,
  heard_from integer not null
) strict;
create index automation_name on automation (name, id);

create table automation_resource (
  resource_id text not null, automation_id text not null references automation (id) on delete cascade,
  owned integer not null,
  primary key (resource_id, automation_id)
) strict, without rowid;
create index automation_resource_automation on automation_resource (automation_id);

-- What a trigger has counted, for one set of values of its labels. The id is made of trigger and values, which may
-- be longer than what an index takes: the place is its digest.
create table automation_bucket (
  place text primary key, id text not null, automation_id text not null references automation (id) on delete cascade,
  trigger_id text not null, due text, bucket text not null
) strict;
create index automation_bucket_automation on automation_bucket (automation_id);
create index automation_bucket_due on automation_bucket (due) where due is not null;

-- What is to be done because an automation fired. A row goes with the transaction in which it was done.
create table automation_task (
  id text primary key, created text not null, due text not null, attempts integer not null,
  automation_id text not null, action text not null, context text not null
) strict;
create index automation_task_due on automation_task (due, id);

-- How far the events were looked at, and how often the automations changed.
create table automation_progress (
  id integer primary key, seq integer not null, revision integer not null
) strict;
insert into automation_progress (id, seq, revision) values (1, 0, 0);
`;

export const down = `
drop table automation_progress;
drop table automation_task;
drop table automation_bucket;
drop table automation_resource;
drop table automation;
`;
