import type { Json } from "../../schema/scalars.ts";
import { either, flag, httpMethod, map, optionalText, secret, text } from "./block-fields.ts";
import { notificationBlocks } from "./notification-blocks.ts";
import type { SystemBlock } from "./system-block.ts";

const docs = "https://docs.prefect.io/latest";
const files = {
  logo: "filesystem",
  documentation: `${docs}/develop/results#specifying-a-default-filesystem`,
  capabilities: ["get-directory", "write-path", "read-path", "put-directory"],
  secrets: [],
};

export const systemBlocks: readonly SystemBlock[] = [
  {
    slug: "secret",
    name: "Secret",
    title: "Secret",
    description: "A password, a token or anything else that nobody should see: text or JSON.",
    logo: "secret",
    documentation: `${docs}/develop/blocks`,
    checksum: "sha256:c078ed9c1e813e224c0b353d7ad4564a11d51d3198d9ac0686478165a1911c78",
    capabilities: [],
    fields: {
      value: either(
        "Value",
        "What is kept secret.",
        [
          { type: "string", format: "password", writeOnly: true },
          { type: "string", title: "string" },
          { $ref: "#/definitions/JsonValue", title: "JSON" },
        ],
        { format: "password", writeOnly: true },
      ),
    },
    required: ["value"],
    secrets: ["value", "value"],
    definitions: { JsonValue: {} },
    isProtected: true,
  },
  {
    slug: "webhook",
    name: "Webhook",
    title: "Webhook",
    description: "An address that is called over HTTP, by automations or by flows.",
    logo: "webhook",
    documentation: `${docs}/automate/events/webhook-triggers`,
    checksum: "sha256:58bb03f0d84592252ad568ed9a8c899792ae5d0ad2dd4a2428e99674f9050cf1",
    capabilities: [],
    fields: {
      method: httpMethod,
      url: secret("Webhook URL", "Where it is."),
      headers: map("Webhook Headers", "Headers that are sent along; their values are kept secret."),
      allow_private_urls: flag(
        "Allow Private Urls",
        "Whether it may be an address of a private network.",
        true,
      ),
      verify: flag("Verify", "Whether its certificate has to be right.", true),
    },
    required: ["url"],
    secrets: ["url", "headers.*"],
    isProtected: true,
  },
  {
    slug: "local-file-system",
    name: "Local File System",
    title: "LocalFileSystem",
    description: "A folder on the machine that a flow runs on.",
    ...files,
    checksum: "sha256:0fc8b7f936f38f465715ef2df4a817ac9fe38b80bb01d5c6c9649a6da6ae6971",
    fields: { basepath: optionalText("Basepath", "The folder that paths start from.") },
    required: [],
    isProtected: true,
  },
  {
    slug: "remote-file-system",
    name: "Remote File System",
    title: "RemoteFileSystem",
    description: "A place for files elsewhere, named by an fsspec address such as s3://bucket/folder.",
    ...files,
    checksum: "sha256:3bca63009aa57af6c7053fc17a2a336a1e1801bbb19ca2c5939b59afe435c531",
    fields: {
      basepath: text("Basepath", "The address that paths start from.", {
        examples: ["s3://my-bucket/my-folder/"],
      }),
      settings: map("Settings", "What fsspec is told beside the address."),
    },
    required: ["basepath"],
  },
  ...notificationBlocks,
];

/** The fields as they travel: a JSON schema with the marks of a block. */
export function schemaFieldsOf(block: SystemBlock): Json {
  const properties = Object.entries(block.fields).map(([name, field], position) => [
    name,
    { ...field, position },
  ]);
  return {
    title: block.title,
    type: "object",
    description: block.description,
    block_type_slug: block.slug,
    block_schema_references: {},
    secret_fields: block.secrets,
    properties: Object.fromEntries(properties),
    ...(block.required.length > 0 ? { required: block.required } : {}),
    ...(block.definitions ? { definitions: block.definitions } : {}),
  };
}
