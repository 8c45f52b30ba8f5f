//! A small stand-in for curl, so that the documents' examples are tested on machines without it.

use std::fs;
use std::io::{Write, stderr, stdout};

use anyhow::{Context, Result, bail};

use crate::http::{Answer, Http};

/// The flags of curl that the documents use, with curl's meaning.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are curl's switches")]
pub struct Options {
    /// Where to
    url: String,
    /// The method
    #[arg(short = 'X', long)]
    request: Option<String>,
    /// A header, as `Name: value`
    #[arg(short = 'H', long)]
    header: Vec<String>,
    /// A body; `@file` sends that file as it is
    #[arg(long, visible_alias = "data-binary", short = 'd')]
    data: Option<String>,
    /// A body of JSON
    #[arg(long)]
    json: Option<String>,
    /// Show the answer's headers too
    #[arg(short = 'i', long)]
    include: bool,
    /// Where to write the answer's headers; `-` is standard output
    #[arg(short = 'D', long)]
    dump_header: Option<String>,
    /// Where to write the answer's body
    #[arg(short = 'o', long)]
    output: Option<String>,
    /// How often to try again what may pass; this one never does
    #[arg(long)]
    retry: Option<u32>,
    /// Try again when nobody listens, too
    #[arg(long)]
    retry_connrefused: bool,
    /// No progress; there is none
    #[arg(short = 's', long)]
    silent: bool,
    /// Errors all the same
    #[arg(short = 'S', long)]
    show_error: bool,
    /// Fail on an answer that is not of success, and print it
    #[arg(long)]
    fail_with_body: bool,
}

/// Sends one request and prints the answer.
///
/// # Errors
/// When no answer comes, or, if so asked, one that is not of success.
pub fn curl(options: &Options) -> Result<()> {
    let mut headers = Vec::new();
    if options.json.is_some() {
        headers.push(("content-type", "application/json"));
        headers.push(("accept", "application/json"));
    }
    for header in &options.header {
        let (name, value) = header
            .split_once(':')
            .context("a header is `Name: value`")?;
        headers.push((name.trim(), value.trim()));
    }
    let given = options.json.as_ref().or(options.data.as_ref());
    let method = match (&options.request, given) {
        (Some(method), _) => method,
        (None, Some(_)) => "POST",
        (None, None) => "GET",
    };
    let body = given.map_or(Ok(Vec::new()), |given| body(given))?;
    let answer = Http::default().send(method, &options.url, &headers, &body)?;
    print(options, &answer)?;
    if options.fail_with_body && answer.status >= 400 {
        bail!("the answer has status {}", answer.status);
    }
    Ok(())
}

fn body(given: &str) -> Result<Vec<u8>> {
    match given.strip_prefix('@') {
        Some(path) => fs::read(path).with_context(|| format!("cannot read {path}")),
        None => Ok(given.as_bytes().to_vec()),
    }
}

fn print(options: &Options, answer: &Answer) -> Result<()> {
    let headers = headers(answer);
    if options.include {
        stdout().write_all(headers.as_bytes())?;
    }
    match options.dump_header.as_deref() {
        Some("-") => stdout().write_all(headers.as_bytes())?,
        Some(path) => fs::write(path, headers)?,
        None => {}
    }
    match options.output.as_deref() {
        Some(path) => fs::write(path, &answer.body)?,
        None => stdout().write_all(&answer.body)?,
    }
    stderr().flush().context("cannot write")
}

fn headers(answer: &Answer) -> String {
    let status = format!("HTTP/1.1 {}\r\n", answer.status);
    let fields = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    std::iter::once(status)
        .chain(fields)
        .chain(["\r\n".into()])
        .collect()
}
