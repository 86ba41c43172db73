/** Operations that are not served, each with the reason: exactly these. */
export const unserved: Record<string, string> = {};

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
  "GET /automations/related-to/{resource_id}": 200,
  // Nothing is left of it, which is what was wanted.
  "DELETE /automations/owned-by/{resource_id}": 202,
  // Gone: clients then know that they must stop.
  "POST /v2/concurrency_limits/leases/{lease_id}/renew": 410,
};
