export const up = `
alter table automation add column paused_reason text collate "C";
create table automation_rate (
  automation_id text collate "C" primary key references automation (id) on delete cascade,
  since bigint not null, firings bigint not null, answers bigint not null
);
`;

export { down } from "../migrations/0013-automation-loops.ts";
