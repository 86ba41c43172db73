export const up = `
create table block_type (
  id text primary key, created text not null, updated text not null,
  name text not null, slug text not null unique, logo_url text, documentation_url text,
  description text, code_example text, is_protected integer not null
) strict;

create table block_schema (
  id text primary key, created text not null, updated text not null,
  block_type_id text not null references block_type (id) on delete cascade,
  checksum text not null, version text not null, fields text not null, capabilities text not null,
  unique (checksum, version)
) strict;
create index block_schema_type on block_schema (block_type_id);

-- data shows a mask where a secret stands; secrets holds them all, encrypted by the server.
create table block_document (
  id text primary key, created text not null, updated text not null,
  name text not null, block_type_id text not null references block_type (id) on delete cascade,
  block_schema_id text not null references block_schema (id) on delete cascade,
  is_anonymous integer not null, data text not null, secrets text,
  unique (block_type_id, name)
) strict;
create index block_document_schema on block_document (block_schema_id);
create index block_document_name on block_document (name, id);

create table block_document_reference (
  parent_id text not null references block_document (id) on delete cascade, name text not null,
  document_id text not null references block_document (id) on delete cascade,
  primary key (parent_id, name)
) strict, without rowid;
create index block_document_reference_document on block_document_reference (document_id);

-- What the server itself keeps of its set-up, as JSON.
create table configuration (
  key text primary key, created text not null, updated text not null, value text not null
) strict, without rowid;

create table saved_search (
  id text primary key, created text not null, updated text not null,
  name text not null unique, filters text not null
) strict;
`;

export const down = `
drop table saved_search;
drop table configuration;
drop table block_document_reference;
drop table block_document;
drop table block_schema;
drop table block_type;
`;
