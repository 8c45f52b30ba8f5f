/** The example through GraphQL, with types made from the schema. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { example, graphqlUrl } from "./environment.js";
import {
  CreateDocument,
  StatusDocument,
  type StatusQuery,
  type WorkflowInput,
  type WorkflowPhase,
} from "./generated/graphql.js";

/** Runs an operation; its variables and its data have the operation's types. */
async function run<Data, Variables>(
  operation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: print(operation), variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: unknown };
  assert.equal(answer.errors, undefined);
  return answer.data;
}

/** The workflow once it has ended. */
async function ended(id: string): Promise<NonNullable<StatusQuery["workflow"]>> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { workflow } = await run(StatusDocument, { id });
    assert.ok(workflow);
    if (workflow.finishedAt) {
      return workflow;
    }
    await setTimeout(50);
  }
  throw new Error(`workflow ${id} has not ended`);
}

test("the example runs to its end through GraphQL", async () => {
  const workflow = (await example()) as WorkflowInput;
  const { createWorkflow: created } = await run(CreateDocument, { workflow });
  assert.ok(created);

  const { name, phase, tasks } = await ended(created.id);
  const succeeded: WorkflowPhase = "SUCCEEDED";
  assert.equal(name, "my-workflow");
  assert.equal(phase, succeeded);
  const told = tasks?.map((task) => [task?.name, task?.phase, task?.dependsOn]);
  assert.deepEqual(told, [
    ["A", "SUCCEEDED", []],
    ["B", "SUCCEEDED", ["A"]],
  ]);
});
