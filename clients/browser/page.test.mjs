// The page of wf-graphql: opens, runs the example, shows its end, and asks nobody else.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const origin = process.env.WORKFLOWS_PAGE;
const root = process.env.WORKFLOWS_ROOT;
if (origin === undefined || root === undefined) {
  throw new Error("`make browser` starts the servers and says where they are");
}

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Nothing that a browser does in the background has business in a test.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(() => browser?.close());

/** Opens the page, and remembers what it asks for and what it complains about. */
async function open(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [requests, complaints] = [[], []];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.setDefaultTimeout(20_000);
  await page.goto(origin);
  return { page, requests, complaints };
}

async function screenshot(page, name) {
  await mkdir(`${root}/target/browser`, { recursive: true });
  await page.screenshot({ path: `${root}/target/browser/${name}.png`, fullPage: true });
}

test("the example runs to its end, and the page asks nobody else", async () => {
  const { page, requests, complaints } = await open();
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("status").filter({ hasText: "answered in" }).waitFor();
  assert.match(await page.getByLabel("Answer").innerText(), /"createWorkflow"/);

  const row = page.getByRole("row").filter({ hasText: "my-workflow" }).first();
  await row.getByText("succeeded").waitFor();
  await row.getByText("2 of 2").waitFor();
  await row.getByRole("button", { name: "my-workflow" }).click();
  await page.getByLabel("What A printed").getByText("Hello").waitFor();
  await page.getByLabel("What B printed").getByText("World").waitFor();
  await screenshot(page, "example");

  const foreign = requests.filter((url) => new URL(url).origin !== origin);
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("what is wrong with a document is shown with its place", async () => {
  const { page, complaints } = await open({ colorScheme: "dark" });
  await page.getByLabel("Query").fill(
    'mutation { createWorkflow(workflow: {name: "w", tasks: [{name: "A", action: "ecko"}]}) { id } }',
  );
  await page.keyboard.press("Control+Enter");
  const alert = page.getByRole("alert");
  await alert.getByText("INVALID").waitFor();
  await alert.getByText("tasks[0].action", { exact: true }).waitFor();
  await screenshot(page, "faults");
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("what a task printed is text, never markup", async () => {
  const { page, complaints } = await open();
  const message = "<img src=x onerror=alert(1)><b>bold</b>";
  const variables = {
    workflow: {
      name: "hostile",
      tasks: [{ name: "A", action: "echo", parameters: [{ name: "message", value: message }] }],
    },
  };
  await page.getByLabel("Query").fill(
    "mutation ($workflow: WorkflowInput!) { createWorkflow(workflow: $workflow) { id } }",
  );
  await page.getByLabel("Variables").fill(JSON.stringify(variables));
  await page.getByRole("button", { name: "Run" }).click();
  const row = page.getByRole("row").filter({ hasText: "hostile" }).first();
  await row.getByText("succeeded").waitFor();
  await row.getByRole("button", { name: "hostile" }).click();
  await page.getByLabel("What A printed").getByText(message).waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
});
