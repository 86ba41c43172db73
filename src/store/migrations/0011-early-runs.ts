/** The few runs that started before they were expected: all others start no earlier, which bounds a search by time. */
export const up = `
create index flow_run_early on flow_run (expected_start_time, id) where start_time < expected_start_time;
`;
export const down = "drop index flow_run_early;";
