/** When a paused schedule resumes by itself. */
export const up = `
alter table deployment_schedule add column paused_until text;
create index deployment_schedule_resumes on deployment_schedule (paused_until) where paused_until is not null;
`;
export const down = `
drop index deployment_schedule_resumes;
alter table deployment_schedule drop column paused_until;
`;
