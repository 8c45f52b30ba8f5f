//! Requests to the servers.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// Longer than the longest wait that the servers grant.
const TIMEOUT: Duration = Duration::from_secs(330);

/// Sends requests over kept connections.
#[derive(Debug, Clone)]
pub struct Http {
    agent: Agent,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none; with the beginning of what it is.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| {
            let text: String = self.text().chars().take(300).collect();
            format!(
                "an answer of status {} that is no JSON: {text}",
                self.status
            )
        })
    }
}

impl Default for Http {
    fn default() -> Self {
        // A proxy in the environment has no business with loopback.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .build();
        Self {
            agent: config.into(),
        }
    }
}

impl Http {
    /// Sends one request.
    ///
    /// # Errors
    /// When no answer comes; an answer of any status is no error.
    pub fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let failed = || format!("{method} {url} failed");
        // A `POST` has a body, be it empty; a `GET` has none.
        let response = if body.is_empty() && method != "POST" {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(body)?)
        };
        answer(response.with_context(failed)?).with_context(failed)
    }

    /// The JSON at that address.
    ///
    /// # Errors
    /// When no answer comes, or not one of success.
    pub fn get(&self, url: &str) -> Result<Value> {
        expect_success(&self.send("GET", url, &[], &[])?)
    }

    /// Sends JSON with `POST`, and gives the JSON of the answer.
    ///
    /// # Errors
    /// When no answer comes, or not one of success.
    pub fn post(&self, url: &str, body: &Value) -> Result<Value> {
        let headers = [("content-type", "application/json")];
        expect_success(&self.send("POST", url, &headers, body.to_string().as_bytes())?)
    }

    /// Runs a GraphQL operation, and gives its data.
    ///
    /// # Errors
    /// When no answer comes, or one with errors.
    pub fn graphql(&self, url: &str, query: &str, variables: &Value) -> Result<Value> {
        let mut answer = self.graphql_answer(url, query, variables)?;
        if let Some(errors) = answer.get("errors") {
            bail!("GraphQL answered {errors}");
        }
        Ok(answer["data"].take())
    }

    /// Runs a GraphQL operation, and gives the whole answer, errors included.
    ///
    /// # Errors
    /// When no answer comes, or one that is no JSON.
    pub fn graphql_answer(&self, url: &str, query: &str, variables: &Value) -> Result<Value> {
        let body = json!({"query": query, "variables": variables}).to_string();
        let headers = [("content-type", "application/json")];
        self.send("POST", url, &headers, body.as_bytes())?.json()
    }
}

fn answer(mut response: Response<Body>) -> Result<Answer> {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    Ok(Answer {
        status: response.status().as_u16(),
        headers,
        body: response.body_mut().read_to_vec()?,
    })
}

fn expect_success(answer: &Answer) -> Result<Value> {
    if !(200..300).contains(&answer.status) {
        bail!("status {}: {}", answer.status, answer.text());
    }
    answer.json()
}
