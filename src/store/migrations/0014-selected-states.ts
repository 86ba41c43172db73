/** The state in which each run of a selection was seen. */
export const up = "alter table selection_row add column state_id text;";
export const down = "alter table selection_row drop column state_id;";
