/** Operations that are not served, with the reason. */
export const unserved: Record<string, string> = {
  "DELETE /automations/owned-by/{resource_id}": "not built yet",
  "DELETE /automations/{id}": "not built yet",
  "GET /automations/related-to/{resource_id}": "not built yet",
  "GET /automations/{id}": "not built yet",
  "PATCH /automations/{id}": "not built yet",
  "POST /automations/": "not built yet",
  "POST /automations/count": "not built yet",
  "POST /automations/filter": "not built yet",
  "POST /automations/templates/validate": "not built yet",
  "POST /templates/validate": "not built yet",
  "PUT /automations/{id}": "not built yet",
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
