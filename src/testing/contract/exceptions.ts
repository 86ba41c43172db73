/** Operations that are not served, with the reason. */
export const unserved: Record<string, string> = {
  "DELETE /admin/storage": "not built yet",
  "DELETE /automations/owned-by/{resource_id}": "not built yet",
  "DELETE /automations/{id}": "not built yet",
  "DELETE /block_documents/{id}": "not built yet",
  "DELETE /block_schemas/{id}": "not built yet",
  "DELETE /block_types/{id}": "not built yet",
  "DELETE /saved_searches/{id}": "not built yet",
  "GET /automations/related-to/{resource_id}": "not built yet",
  "GET /automations/{id}": "not built yet",
  "GET /block_capabilities/": "not built yet",
  "GET /block_documents/{id}": "not built yet",
  "GET /block_schemas/checksum/{checksum}": "not built yet",
  "GET /block_schemas/{id}": "not built yet",
  "GET /block_types/slug/{slug}": "not built yet",
  "GET /block_types/slug/{slug}/block_documents": "not built yet",
  "GET /block_types/slug/{slug}/block_documents/name/{block_document_name}": "not built yet",
  "GET /block_types/{id}": "not built yet",
  "GET /saved_searches/{id}": "not built yet",
  "PATCH /automations/{id}": "not built yet",
  "PATCH /block_documents/{id}": "not built yet",
  "PATCH /block_types/{id}": "not built yet",
  "POST /automations/": "not built yet",
  "POST /automations/count": "not built yet",
  "POST /automations/filter": "not built yet",
  "POST /automations/templates/validate": "not built yet",
  "POST /block_documents/": "not built yet",
  "POST /block_documents/count": "not built yet",
  "POST /block_documents/filter": "not built yet",
  "POST /block_schemas/": "not built yet",
  "POST /block_schemas/filter": "not built yet",
  "POST /block_types/": "not built yet",
  "POST /block_types/filter": "not built yet",
  "POST /block_types/install_system_block_types": "not built yet",
  "POST /saved_searches/filter": "not built yet",
  "POST /templates/validate": "not built yet",
  "PUT /admin/storage": "not built yet",
  "PUT /automations/{id}": "not built yet",
  "PUT /saved_searches/": "not built yet",
};

/** Answers that may come to a good request, too. */
export const mayAlso: Record<string, number[]> = {
  // Off by default, and told so in words that clients match.
  "GET /csrf-token": [422],
  // More slots than there are, and slots that others hold.
  "POST /v2/concurrency_limits/increment": [422, 423],
  "POST /v2/concurrency_limits/increment-with-lease": [422, 423],
};

/** How else than with 404 an operation says that what it names is not there. */
export const toldOtherwise: Record<string, number> = {
  // A list of what there is of it: nothing.
  "POST /flow_runs/{id}/input/filter": 200,
  // Gone: clients then know that they must stop.
  "POST /v2/concurrency_limits/leases/{lease_id}/renew": 410,
};
