export const up = `
create table block_type (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  name text collate "C" not null, slug text collate "C" not null unique, logo_url text collate "C", documentation_url text collate "C",
  description text collate "C", code_example text collate "C", is_protected bigint not null
);

create table block_schema (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  block_type_id text collate "C" not null references block_type (id) on delete cascade,
  checksum text collate "C" not null, version text collate "C" not null, fields text collate "C" not null, capabilities text collate "C" not null,
  unique (checksum, version)
);
create index block_schema_type on block_schema (block_type_id);


create table block_document (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  name text collate "C" not null, block_type_id text collate "C" not null references block_type (id) on delete cascade,
  block_schema_id text collate "C" not null references block_schema (id) on delete cascade,
  is_anonymous bigint not null, data text collate "C" not null, secrets text collate "C",
  unique (block_type_id, name)
);
create index block_document_schema on block_document (block_schema_id);
create index block_document_name on block_document (name, id);

create table block_document_reference (
  parent_id text collate "C" not null references block_document (id) on delete cascade, name text collate "C" not null,
  document_id text collate "C" not null references block_document (id) on delete cascade,
  primary key (parent_id, name)
);
create index block_document_reference_document on block_document_reference (document_id);


create table configuration (
  key text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, value text collate "C" not null
);

create table saved_search (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  name text collate "C" not null unique, filters text collate "C" not null
);
`;

export { down } from "../migrations/0003-blocks.ts";
