// The page: a query box, the newest workflows, and one of them with its tasks.
// What comes from the service is only ever set as text, never as markup.
"use strict";

const byId = (id) => document.getElementById(id);
const LINES = 200;
const FEW_TASKS = 8;

const EXAMPLES = {
  "Create a workflow": `mutation {
  createWorkflow(workflow: {
    name: "my-workflow"
    tasks: [
      {
        name: "A"
        action: "echo"
        parameters: [{name: "message", value: "Hello"}]
      }
      {
        name: "B"
        action: "echo"
        parameters: [{name: "message", value: "World"}]
        dependsOn: ["A"]
      }
    ]
  }) {
    id
    phase
  }
}`,
  "List workflows": `{
  workflows(name: "my-workflow") {
    id
    name
    phase
    tasks { name phase dependsOn outputs { name value } }
  }
}`,
  "Check a document": `{
  validateWorkflow(document: {
    name: "my-workflow"
    tasks: [{name: "A", action: "ecko", dependsOn: ["B"]}]
  }) {
    valid
    faults { code path message suggestion }
  }
}`,
  "What becomes of it": `{
  renderWorkflow(document: {
    name: "my-workflow"
    tasks: [{name: "A", action: "echo", parameters: [{name: "message", value: "Hello"}]}]
  }) {
    yaml
  }
}`,
  "See the actions": `{
  actions { name description parameters { name required default } }
}`,
};

/** Makes an element with properties and children; a text child is set as text. */
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Sends one operation; a network failure becomes an error like any other. */
async function send(query, variables) {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({query, variables}),
    });
    return await response.json();
  } catch {
    return {errors: [{message: "the service cannot be reached", extensions: {code: "UNAVAILABLE"}}]};
  }
}

const phase = (word) => make("span", {className: `phase ${word}`}, word.toLowerCase());

const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const clock = (time) => make("time", {dateTime: time, title: time}, new Date(time).toLocaleTimeString());

function showErrors(errors) {
  byId("errors").replaceChildren(...errors.map((error) => {
    const {code, faults = []} = error.extensions ?? {};
    // The message repeats the first fault, and the list tells them all.
    const message = faults.length ? plural(faults.length, "fault") : error.message;
    const told = make("p", {}, code ? make("strong", {}, `${code} `) : "", message);
    const list = faults.map(({path, message}) =>
      make("li", {}, make("code", {}, path || "document"), ` ${message}`));
    return make("div", {}, told, list.length ? make("ul", {}, ...list) : "");
  }));
}

async function run() {
  const button = byId("run");
  if (button.disabled) return;
  let variables;
  try {
    variables = JSON.parse(byId("variables").value.trim() || "{}");
  } catch (error) {
    showErrors([{message: `the variables are not JSON: ${error.message}`}]);
    return;
  }
  button.disabled = true;
  byId("outcome").textContent = "running …";
  const began = performance.now();
  const answer = await send(byId("query").value, variables);
  const took = Math.round(performance.now() - began);
  showErrors(answer.errors ?? []);
  byId("result").textContent = JSON.stringify(answer, null, 2);
  byId("outcome").textContent = answer.errors ? `failed after ${took} ms` : `answered in ${took} ms`;
  button.disabled = false;
  refresh();
}

let chosen = null;
let shownList = "";
let shownDetail = "";
let timer = 0;

const LIST = `query($name: String) {
  workflowConnection(filter: {name: $name}, first: 20) {
    edges { node { id name phase stopping createdAt taskCounts {
      total succeeded failed error skipped omitted stopped } } }
  }
}`;

const DETAIL = `query($id: ID!) {
  workflow(id: $id) {
    id name phase stopping message can createdAt startedAt finishedAt
    tasks { name action phase message dependsOn startedAt finishedAt attempts { number } }
    exitHandler { name action phase message dependsOn startedAt finishedAt attempts { number } }
  }
}`;

const GRAPH = `query($id: ID!) { workflow(id: $id) { graph } }`;

const LOGS = `query($id: ID!, $task: String!, $first: Int!) {
  logs(workflow: $id, task: $task, first: $first) { truncated lines { stream text } }
}`;

function row(workflow) {
  const {total, succeeded, failed, error, skipped, omitted, stopped} = workflow.taskCounts;
  const ended = succeeded + failed + error + skipped + omitted + stopped;
  const open = make("button", {type: "button"}, workflow.name);
  open.addEventListener("click", () => choose(workflow.id));
  open.setAttribute("aria-expanded", String(workflow.id === chosen));
  const line = make("tr", {className: workflow.id === chosen ? "chosen" : ""},
    make("td", {}, open),
    make("td", {}, phase(workflow.phase), workflow.stopping ? " stopping" : ""),
    make("td", {}, `${ended} of ${total}`),
    make("td", {}, clock(workflow.createdAt)));
  line.dataset.id = workflow.id;
  return line;
}

function tellTrouble(errors) {
  const trouble = byId("trouble");
  trouble.hidden = !errors;
  trouble.textContent = errors ? errors.map((error) => error.message).join("; ") : "";
}

async function refreshList() {
  const name = byId("name").value.trim() || null;
  const answer = await send(LIST, {name});
  tellTrouble(answer.errors);
  const edges = answer.data?.workflowConnection?.edges;
  if (!edges) return true;
  const state = JSON.stringify([chosen, edges]);
  if (state !== shownList) {
    shownList = state;
    const focused = document.activeElement?.closest("#workflows tr")?.dataset.id;
    byId("workflows").replaceChildren(...edges.map(({node}) => row(node)));
    byId("none").hidden = edges.length > 0;
    if (focused) document.querySelector(`tr[data-id="${focused}"] button`)?.focus();
  }
  return edges.some(({node}) => ["PENDING", "RUNNING"].includes(node.phase));
}

function choose(id) {
  chosen = id === chosen ? null : id;
  shownDetail = "";
  refresh();
}

async function refreshDetail() {
  const detail = byId("detail");
  if (!chosen) {
    detail.hidden = true;
    return;
  }
  const id = chosen;
  const answer = await send(DETAIL, {id});
  const workflow = answer.data?.workflow;
  if (id !== chosen) return;
  if (!workflow) {
    if (answer.errors?.[0]?.extensions?.code === "NOT_FOUND") chosen = null;
    detail.hidden = !chosen;
    return;
  }
  const state = JSON.stringify(workflow);
  if (state === shownDetail) return;
  shownDetail = state;
  showDetail(detail, workflow);
}

function showDetail(detail, workflow) {
  const shown = detail.dataset.id === workflow.id ? detail.querySelectorAll("details[open]") : [];
  const open = new Set([...shown].map((task) => task.dataset.task));
  const tasks = [...workflow.tasks ?? [], ...workflow.exitHandler ? [workflow.exitHandler] : []];
  const opens = (task) => open.has(task.name) || (tasks.length <= FEW_TASKS && task.startedAt);
  detail.dataset.id = workflow.id;
  detail.replaceChildren(
    make("div", {className: "bar"}, make("h3", {}, workflow.name), phase(workflow.phase),
      workflow.stopping ? make("span", {className: "quiet"}, "stopping") : "", ...actions(workflow)),
    make("p", {className: "quiet"}, make("code", {}, workflow.id),
      workflow.message ? ` — ${workflow.message}` : ""),
    graphOf(workflow),
    ...tasks.map((task) => taskDetails(workflow.id, task, opens(task))));
  detail.hidden = false;
}

const picture = make("img", {hidden: true});
let pictured = null;

/** The DAG as an image, which cannot run or load anything; the last one stays until the next is there. */
function graphOf(workflow) {
  if (pictured !== workflow.id) picture.hidden = true;
  pictured = workflow.id;
  picture.alt = `The tasks of ${workflow.name} and what they wait for`;
  send(GRAPH, {id: workflow.id}).then((answer) => {
    const svg = answer.data?.workflow?.graph;
    if (!svg || pictured !== workflow.id) return;
    const last = picture.src;
    picture.src = URL.createObjectURL(new Blob([svg], {type: "image/svg+xml"}));
    picture.hidden = false;
    if (last) URL.revokeObjectURL(last);
  });
  return make("div", {className: "graph", tabIndex: 0}, picture);
}

function actions(workflow) {
  const button = (verb, label, query) => {
    if (!workflow.can.includes(verb)) return [];
    const element = make("button", {type: "button"}, label);
    element.addEventListener("click", async () => {
      element.disabled = true;
      const answer = await send(query, {id: workflow.id});
      showErrors(answer.errors ?? []);
      refresh();
    });
    return [element];
  };
  return [
    ...button("START", "Start", "mutation($id: ID!) { startWorkflow(id: $id) { id } }"),
    ...button("STOP", "Stop", "mutation($id: ID!) { stopWorkflow(id: $id) { id } }"),
    ...button("DELETE", "Delete", "mutation($id: ID!) { deleteWorkflow(id: $id) { id } }"),
  ];
}

function taskDetails(id, task, open) {
  const waits = task.dependsOn.length ? `after ${task.dependsOn.join(", ")}` : "";
  const seconds = task.finishedAt && task.startedAt
    ? `${((new Date(task.finishedAt) - new Date(task.startedAt)) / 1000).toFixed(2)} s` : "";
  const notes = [task.action, waits, seconds, task.message].filter(Boolean).join(" · ");
  const printed = make("pre", {tabIndex: 0});
  printed.setAttribute("aria-label", `What ${task.name} printed`);
  const details = make("details", {},
    make("summary", {}, make("b", {}, task.name), phase(task.phase), make("span", {className: "quiet"}, notes)),
    printed);
  details.dataset.task = task.name;
  details.addEventListener("toggle", () => details.open && showLogs(id, task.name, printed));
  details.open = Boolean(open);
  return details;
}

async function showLogs(id, task, printed) {
  const answer = await send(LOGS, {id, task, first: LINES});
  const logs = answer.data?.logs;
  if (!logs) {
    printed.textContent = (answer.errors ?? []).map((error) => error.message).join("\n");
    return;
  }
  const lines = logs.lines.map(({stream, text}) =>
    make("span", {className: stream.toLowerCase()}, `${text}\n`));
  const note = logs.truncated ? "… and more" : logs.lines.length ? "" : "(nothing printed)";
  printed.replaceChildren(...lines, make("span", {className: "service"}, note));
}

/** Shows the present state, and comes back: soon while something runs, later else. */
async function refresh() {
  clearTimeout(timer);
  let busy = false;
  if (!document.hidden) {
    [busy] = await Promise.all([refreshList(), refreshDetail()]);
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, busy ? 1000 : 4000);
}

async function begin() {
  const examples = byId("example");
  examples.append(...Object.keys(EXAMPLES).map((name) => make("option", {}, name)));
  examples.addEventListener("change", () => {
    byId("query").value = EXAMPLES[examples.value];
    byId("variables").value = "";
  });
  byId("query").value = EXAMPLES[examples.value];
  byId("run").addEventListener("click", run);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
  byId("name").addEventListener("input", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  refresh();
  const answer = await send("{ service { version backend scope } }");
  const service = answer.data?.service;
  if (service) {
    byId("service").textContent = `${service.version} · ${service.backend} · scope ${service.scope}`;
  }
}

begin();
