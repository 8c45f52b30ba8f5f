//! The demonstration: the example workflow, from JSON to finished, on this machine.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http::Http;
use crate::servers::{self, Servers};
use crate::{table, workspace};

mod progress;

use progress::Progress;

/// The document that it runs.
const DOCUMENT: &str = "fixtures/my-workflow.json";
/// The example ends within a second; more than this is a hang.
const AT_MOST: Duration = Duration::from_mins(1);

const CREATE: &str = "mutation ($workflow: WorkflowInput!) {
  createWorkflow(workflow: $workflow) { id name }
}";

/// Flags of the demonstration.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// The folder of the servers' binaries; this program's own when absent
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
}

/// Runs the example workflow and shows what becomes of it.
///
/// # Errors
/// When it does not end well; with what the servers logged.
pub fn demo(options: &Options) -> Result<()> {
    let servers = Servers::start(&servers::Options {
        programs: options.programs.clone(),
        ..servers::Options::default()
    })?;
    println!("GraphQL  {}", servers.graphql_url());
    println!("REST     {}", servers.rest_url());
    println!();
    if let Err(error) = story(&servers) {
        for server in [&servers.graphql, &servers.rest] {
            eprint!("{}", server.log_text());
        }
        return Err(error);
    }
    servers.stop()?;
    println!();
    println!("Try next:");
    for (command, what) in NEXT {
        println!("  # {what}");
        println!("  {command}");
    }
    Ok(())
}

const NEXT: [(&str, &str); 3] = [
    (
        "make run",
        "serve both APIs until Ctrl-C, and a page at http://127.0.0.1:8080/",
    ),
    (
        "curl -s --json @fixtures/my-workflow.json 'http://127.0.0.1:8081/v1/workflows?wait=60'",
        "beside it: the same through REST",
    ),
    (
        "curl -s --json '{\"query\": \"{ workflows { name phase } }\"}' http://127.0.0.1:8080/graphql",
        "and what came of all of them, through GraphQL",
    ),
];

/// Submits through GraphQL, follows through REST, shows what the tasks printed.
fn story(servers: &Servers) -> Result<()> {
    let http = Http::default();
    let text = fs::read_to_string(workspace::path(DOCUMENT))
        .with_context(|| format!("cannot read {DOCUMENT}"))?;
    let document: Value = serde_json::from_str(&text)?;
    let began = Instant::now();
    let data = http.graphql(
        &servers.graphql_url(),
        CREATE,
        &json!({"workflow": document}),
    )?;
    let created = &data["createWorkflow"];
    println!(
        "Created {} as {}",
        word(created, "name"),
        word(created, "id")
    );
    let url = format!("{}/workflows/{}", servers.rest_url(), word(created, "id"));
    let workflow = follow(&http, &url, began)?;
    println!();
    for line in summary(&http, &url, &workflow)? {
        println!("{line}");
    }
    let phase = word(&workflow, "phase");
    println!();
    println!("{phase} after {:.2} s", began.elapsed().as_secs_f64());
    if phase != "SUCCEEDED" {
        bail!("the workflow ended as {phase}");
    }
    Ok(())
}

/// Shows each change until the workflow has ended.
fn follow(http: &Http, url: &str, began: Instant) -> Result<Value> {
    let mut progress = Progress::new(began);
    let mut workflow = http.get(url)?;
    loop {
        progress.show(&workflow);
        if workflow.get("finishedAt").is_some() {
            progress.end();
            return Ok(workflow);
        }
        if began.elapsed() > AT_MOST {
            bail!("the workflow has not ended after {} s", AT_MOST.as_secs());
        }
        let since = word(&workflow, "revision");
        workflow = http.get(&format!("{url}?wait=10&until=changed&revision={since}"))?;
    }
}

/// The tasks with what became of them and what they printed.
fn summary(http: &Http, url: &str, workflow: &Value) -> Result<Vec<String>> {
    let mut rows = vec![["TASK", "ACTION", "AFTER", "PHASE", "OUTPUT"].map(str::to_owned)];
    for task in list(workflow, "tasks") {
        let name = word(task, "name");
        let log = http.send("GET", &format!("{url}/tasks/{name}/logs"), &[], &[])?;
        let after: Vec<&str> = list(task, "dependsOn")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        rows.push([
            name,
            word(task, "action"),
            if after.is_empty() {
                "-".into()
            } else {
                after.join(", ")
            },
            word(task, "phase"),
            log.text().trim_end().to_owned(),
        ]);
    }
    Ok(table::lines(&rows))
}

fn word(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or("?").to_owned()
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}
