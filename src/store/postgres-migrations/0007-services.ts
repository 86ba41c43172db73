export const up = `
create index task_run_alone on task_run (end_time nulls first) where flow_run_id is null;
`;

export { down } from "../migrations/0007-services.ts";
