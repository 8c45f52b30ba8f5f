/** What the caller of the stories has started, and says in the environment. */
import { readFile } from "node:fs/promises";

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: \`make clients\` starts the servers and sets it`);
  }
  return value;
}

/** Where GraphQL requests go. */
export const graphqlUrl = variable("WORKFLOWS_GRAPHQL");

/** Where the REST API is, without `/v1`. */
export const restUrl = variable("WORKFLOWS_REST");

/** The example document. */
export async function example(): Promise<unknown> {
  const path = `${variable("WORKFLOWS_ROOT")}/fixtures/my-workflow.json`;
  return JSON.parse(await readFile(path, "utf8"));
}
