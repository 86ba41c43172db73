import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../client/client.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { query } from "../api.ts";

/** A block type and the newest version of its fields. */
export function useNewestSchema(slug: string) {
  const type = useQuery(query(blockTypes.readBySlug, { slug }));
  const ofType = { block_schemas: { block_type_id: { any_: [type.data?.id ?? ""] } }, limit: 1 };
  const schemas = useQuery({ ...query(blockSchemas.filter, ofType), enabled: type.data !== undefined });
  const isUnknown = type.error instanceof ApiError && type.error.status === 404;
  return {
    type: type.data,
    schema: schemas.data?.[0],
    isMissing: isUnknown || schemas.data?.length === 0,
    error: isUnknown ? null : (type.error ?? schemas.error),
    refetch: () => {
      void type.refetch();
      void schemas.refetch();
    },
  };
}
