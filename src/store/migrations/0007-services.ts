/** Task runs without a flow run, by their end: those that are old are looked for by it. */
export const up = `
create index task_run_alone on task_run (end_time) where flow_run_id is null;
`;

export const down = `
drop index task_run_alone;
`;
