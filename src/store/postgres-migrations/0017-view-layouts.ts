export const up = `
create table view_layout (
  saved_search_id text collate "C" primary key references saved_search (id) on delete cascade,
  layout text collate "C" not null
);
`;

export { down } from "../migrations/0017-view-layouts.ts";
