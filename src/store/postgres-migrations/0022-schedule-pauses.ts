export const up = `
alter table deployment_schedule add column paused_until text collate "C";
create index deployment_schedule_resumes on deployment_schedule (paused_until) where paused_until is not null;
`;

export { down } from "../migrations/0022-schedule-pauses.ts";
