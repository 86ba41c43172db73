/** Columns and grouping of shared views, as JSON. */
export const up = `
create table view_layout (
  saved_search_id text primary key references saved_search (id) on delete cascade,
  layout text not null
) strict, without rowid;
`;
export const down = `
drop table view_layout;
`;
