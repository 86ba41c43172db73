/** Which attempt has a flow run, and which had it before: see `rules/fencing.ts`. */
export const up = "alter table flow_run add column attempt_tokens text;";
export const down = "alter table flow_run drop column attempt_tokens;";
