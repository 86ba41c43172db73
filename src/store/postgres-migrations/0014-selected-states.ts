export const up = 'alter table selection_row add column state_id text collate "C";';

export { down } from "../migrations/0014-selected-states.ts";
