/** Automations that fire again and again because of themselves: how often they have fired of late, and that they are paused for it. */
export const up = `
alter table automation add column paused_reason text;
create table automation_rate (
  automation_id text primary key references automation (id) on delete cascade,
  since integer not null, firings integer not null, answers integer not null
) strict;
`;

export const down = `
drop table automation_rate;
alter table automation drop column paused_reason;
`;
