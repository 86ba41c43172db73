export const up = `
create index flow_run_early on flow_run (expected_start_time nulls first, id) where start_time < expected_start_time;
`;

export { down } from "../migrations/0011-early-runs.ts";
