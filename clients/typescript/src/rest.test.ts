/** The example through REST, with a client made from the OpenAPI document. */
import assert from "node:assert/strict";
import { test } from "node:test";
import createClient from "openapi-fetch";
import { example, restUrl } from "./environment.js";
import type { components, paths } from "./generated/rest.js";

type Document = components["schemas"]["Document"];

const client = createClient<paths>({ baseUrl: restUrl });

test("the example runs to its end through REST", async () => {
  const body = (await example()) as Document;
  const header = { "Idempotency-Key": crypto.randomUUID() };
  const created = await client.POST("/v1/workflows", { params: { header }, body });
  assert.equal(created.response.status, 201);
  assert.ok(created.data);

  const { id } = created.data;
  const { data: workflow } = await client.GET("/v1/workflows/{id}", {
    params: { path: { id }, query: { wait: 60, until: "finished" } },
  });
  assert.ok(workflow);
  assert.equal(workflow.phase, "SUCCEEDED");
  assert.deepEqual(
    workflow.tasks?.map((task) => [task.name, task.phase]),
    [
      ["A", "SUCCEEDED"],
      ["B", "SUCCEEDED"],
    ],
  );

  const { data: log } = await client.GET("/v1/workflows/{id}/tasks/{name}/logs", {
    params: { path: { id, name: "A" } },
    parseAs: "text",
  });
  assert.equal(log, "Hello\n");
});

test("a faulty document is an error that says where", async () => {
  const body = { name: "my-workflow", tasks: [{ name: "A", action: "ecko" }] } as Document;
  const { error, response } = await client.POST("/v1/workflows", { body });
  assert.equal(response.status, 400);
  assert.ok(error);
  assert.equal(error.code, "INVALID");
  assert.deepEqual(
    error.faults?.map((fault) => [fault.code, fault.path]),
    [["UNKNOWN_ACTION", "tasks[0].action"]],
  );
});
