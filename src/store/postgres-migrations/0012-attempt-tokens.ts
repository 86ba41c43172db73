export const up = 'alter table flow_run add column attempt_tokens text collate "C";';

export { down } from "../migrations/0012-attempt-tokens.ts";
