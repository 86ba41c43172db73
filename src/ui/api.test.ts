import { expect, test } from "vitest";
import { ApiError } from "../client/client.ts";
import { praetorHeader } from "../schema/admin.ts";
import { readInfo } from "./api.ts";

const info = {
  name: "praetor",
  version: "1.0.0",
  capabilities: [],
  started: "2026-01-01T00:00:00Z",
  seq: 1,
  session: null,
};

/** A server, and the paths that it was asked for. */
function serverOf(isPraetor: boolean, status = 200) {
  const asked: string[] = [];
  const send = async (request: Request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    if (pathname.endsWith("/admin/version"))
      return Response.json("3.9.1", { status, headers: isPraetor ? { [praetorHeader]: "1.0.0" } : {} });
    return isPraetor ? Response.json(info) : Response.json({}, { status: 404 });
  };
  return { asked, send };
}

const base = "http://host/api";

test("a Prefect server is asked for nothing that it does not have", async () => {
  const { asked, send } = serverOf(false);
  expect(await readInfo(base, send, null)).toBeNull();
  expect(asked).toEqual(["/api/admin/version"]);
});

test("a server of ours is known by its answer, and a refusal is told", async () => {
  expect(await readInfo(base, serverOf(true).send, null)).toEqual(info);
  await expect(readInfo(base, serverOf(true, 401).send, null)).rejects.toThrow(ApiError);
});
