//! A page of 50 workflows out of 10,000 and out of 100,000, through HTTP.

use std::io::{Write, stdout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::figures::{Figures, milliseconds, ratio};
use crate::http::Http;
use crate::program::Program;
use crate::servers::{self, Options};

const SIZES: [usize; 2] = [10_000, 100_000];
/// Pages that are measured per size, spread over the whole list.
const PAGES: usize = 1000;
const BUDGET: Duration = Duration::from_millis(5);
const GROWTH: f64 = 1.5;
/// Enough requests under way at once to keep the store's commits full.
const CLIENTS: usize = 64;

/// Fills a store step by step, and reads pages at each step.
pub(super) fn measure() -> Result<()> {
    println!("pages: 50 workflows of one task each, {PAGES} pages read one after another");
    let (rest, _folder) = servers::rest_alone(&Options::default())?;
    let mut stored = 0;
    let mut worst = Vec::new();
    for size in SIZES {
        fill(&rest, stored, size)?;
        stored = size;
        let figures = read(&rest)?;
        let (median, p99) = (figures.median(), figures.percentile(99));
        let verdict = if size > SIZES[0] {
            String::new()
        } else {
            verdict(p99)
        };
        let (median, shown) = (milliseconds(median), milliseconds(p99));
        println!("  of {size:>7}  p50 {median}, p99 {shown}{verdict}");
        worst.push(p99);
    }
    rest.stop()?;
    println!("  p99 ratio  {}", ratio(worst[1], worst[0], GROWTH));
    println!();
    Ok(())
}

fn verdict(p99: Duration) -> String {
    let word = if p99 <= BUDGET { "within" } else { "OVER" };
    format!(" ({word} its budget of {})", milliseconds(BUDGET))
}

/// Creates held workflows until there are `until`.
fn fill(rest: &Program, from: usize, until: usize) -> Result<()> {
    let url = format!("{}/v1/workflows?start=false", rest.address());
    let next = AtomicUsize::new(from);
    let http = Http::default();
    let began = Instant::now();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| create(&http, &url, &next, until)))
            .collect();
        clients.into_iter().try_for_each(|client| {
            client
                .join()
                .map_err(|_| anyhow::anyhow!("a client panicked"))?
        })
    })?;
    let (count, seconds) = (until - from, began.elapsed().as_secs_f64());
    println!("  stored {count} more in {seconds:.0} s, {CLIENTS} requests at once");
    stdout().flush()?;
    Ok(())
}

fn create(http: &Http, url: &str, next: &AtomicUsize, until: usize) -> Result<()> {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= until {
            return Ok(());
        }
        let message = json!([{"name": "message", "value": number.to_string()}]);
        let task = json!({"name": "A", "action": "echo", "parameters": message});
        http.post(
            url,
            &json!({"name": format!("w{}", number % 100), "tasks": [task]}),
        )?;
    }
}

/// Reads pages from the newest to the oldest, and again, `PAGES` in all.
fn read(rest: &Program) -> Result<Figures> {
    let http = Http::default();
    let first = format!("{}/v1/workflows?first=50", rest.address());
    let mut url = first.clone();
    let mut measured = Vec::with_capacity(PAGES);
    while measured.len() < PAGES {
        let began = Instant::now();
        let answer = http.send("GET", &url, &[], &[])?;
        measured.push(began.elapsed());
        ensure!(
            answer.status == 200,
            "a page is {}: {}",
            answer.status,
            answer.text()
        );
        url = match answer.header("link").and_then(next_page) {
            Some(path) => format!("{}{path}", rest.address()),
            None => first.clone(),
        };
    }
    Figures::of(measured).context("there are pages")
}

/// The path of the next page, in `<…>; rel="next"`.
fn next_page(link: &str) -> Option<&str> {
    let (path, rest) = link.strip_prefix('<')?.split_once('>')?;
    rest.contains("rel=\"next\"").then_some(path)
}
