import { expect, test } from "vitest";
import { type EventCreate, EventFilter } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import { matcher } from "./event-filter.ts";

const event: EventCreate = {
  id: newId(),
  occurred: "2026-03-01T12:00:00.000000Z",
  event: "prefect.flow-run.Failed",
  resource: { "prefect.resource.id": "prefect.flow-run.1", "prefect.state-name": "Failed" },
  related: [
    {
      "prefect.resource.id": "prefect.flow.2",
      "prefect.resource.role": "flow",
      "prefect.resource.name": "etl",
    },
    { "prefect.resource.id": "prefect.tag.blue", "prefect.resource.role": "tag" },
  ],
  payload: { message: "Disk is full" },
  follows: null,
};

test.each<[string, object, boolean]>([
  ["nothing", {}, true],
  ["empty lists", { event: { name: [], prefix: null }, id: { id: [] }, resource: null, related: [] }, true],
  ["a time before", { occurred: { since: "2026-03-01T11:00:00Z", until: "2026-03-01T12:00:00Z" } }, true],
  ["a time after", { occurred: { since: "2026-03-01T12:00:01Z" } }, false],
  ["its name", { event: { name: ["other", "prefect.flow-run.Failed"] } }, true],
  ["another name", { event: { name: ["prefect.flow-run"] } }, false],
  ["the start of its name", { event: { prefix: ["prefect.flow-run."] } }, true],
  ["all names but the start of its own", { event: { exclude_prefix: ["prefect.flow"] } }, false],
  ["all names but its own", { event: { exclude_name: ["prefect.flow-run.Failed"] } }, false],
  ["its resource", { resource: { id: ["prefect.flow-run.1"] } }, true],
  ["a resource of another kind", { resource: { id_prefix: ["prefect.task-run."] } }, false],
  ["a label with a wild card", { resource: { labels: { "prefect.state-name": "Fail*" } } }, true],
  ["one of several values", { resource: { labels: { "prefect.state-name": ["Crashed", "F?iled"] } } }, true],
  ["any value but its own", { resource: { labels: { "prefect.state-name": "!Failed" } } }, false],
  ["any value but another", { resource: { labels: { "prefect.state-name": ["!Crashed"] } } }, true],
  ["a label it lacks", { resource: { labels: { color: "*" } } }, false],
  ["a label it lacks to be another", { resource: { labels: { color: "!red" } } }, false],
  ["a dot is no wild card", { resource: { labels: { "prefect.resource.id": "prefect-flow-run-1" } } }, false],
  ["a related resource", { related: { id: ["prefect.flow.2"], role: ["flow"] } }, true],
  ["an id and a role of different resources", { related: { id: ["prefect.flow.2"], role: ["tag"] } }, false],
  ["resources in roles", { related: { resources_in_roles: [["prefect.tag.blue", "tag"]] } }, true],
  [
    "several related resources",
    { related: [{ id: ["prefect.flow.2"] }, { id: ["prefect.tag.blue"] }] },
    true,
  ],
  ["several, one of them not there", { related: [{ id: ["prefect.flow.2"] }, { id: ["x"] }] }, false],
  ["any resource, its own", { any_resource: { id: ["prefect.flow-run.1"] } }, true],
  ["any resource, a related one", { any_resource: { id_prefix: ["prefect.flow."] } }, true],
  ["any resource, none of its", { any_resource: { id: ["x"] } }, false],
  ["a word", { text: { query: "DISK" } }, true],
  ["one of two words", { text: { query: "tape etl" } }, true],
  ["a phrase", { text: { query: '"disk is full"' } }, true],
  ["words that are not there", { text: { query: "tape" } }, false],
  ["a word it must have", { text: { query: "+tape etl" } }, false],
  ["a word it must not have", { text: { query: "etl -disk" } }, false],
  ["a word that is not there, and signs without one", { text: { query: "tape - !" } }, false],
  ["a word of the form it travels in", { text: { query: "occurred follows 2026" } }, false],
  ["only a word it must not have", { text: { query: "!tape" } }, true],
])("a filter for %s", (_, filter, isMatch) => {
  expect(matcher(EventFilter.parse(filter))(event)).toBe(isMatch);
});
