// Generates src/generated/graphql.ts: the types of the schema, and of the operations in
// src/operations.graphql, by graphql-codegen.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as typedDocuments from "@graphql-codegen/typed-document-node";
import * as types from "@graphql-codegen/typescript";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const schema = parse(await readFile("../../docs/api/schema.graphql", "utf8"));
const document = parse(await readFile("src/operations.graphql", "utf8"));
const config = {
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
  scalars: { DateTime: "string", JSON: "unknown" },
};
const text = await codegen({
  filename: "src/generated/graphql.ts",
  schema,
  documents: [{ location: "src/operations.graphql", document }],
  config,
  plugins: [{ types: {} }, { operations: {} }, { typedDocuments: {} }],
  pluginMap: {
    types,
    operations: { plugin: operations.plugin },
    typedDocuments: { plugin: typedDocuments.plugin },
  },
});
await mkdir("src/generated", { recursive: true });
await writeFile("src/generated/graphql.ts", text);
