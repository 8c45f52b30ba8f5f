//! Lists: a page of workflows, read from the one index that fits what is asked.
//!
//! Every query walks an index in the order of the list and stops when the page is full. What is
//! asked of the phase is asked phase by phase, since an index is ordered by age only within one;
//! the few answers are merged.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use wf_model::WorkflowPhase;

use super::error::failed;
use super::summary::{self, id_bytes};
use crate::error::Result;
use crate::id::Scope;
use crate::workflow::{Filter, Page, Query, Summary};

/// The most that one page tells.
const MOST: u32 = 500;

/// A part of the list of workflows, newest first.
pub(crate) fn page(connection: &Connection, scope: &Scope, query: &Query) -> Result<Page> {
    let first = query.first.clamp(1, MOST) as usize;
    let mut items = Vec::new();
    for plan in plans(&query.filter) {
        let select = Select::new(scope, query, plan, first + 1);
        items.extend(select.run(connection)?);
    }
    items.sort_by_key(|summary| std::cmp::Reverse(summary.position()));
    let has_more = items.len() > first;
    items.truncate(first);
    Ok(Page { items, has_more })
}

/// By which index a query walks, and what that index fixes.
#[derive(Debug, Clone, Copy)]
enum Plan<'a> {
    Age,
    Phase(WorkflowPhase),
    Name(&'a str, WorkflowPhase),
    Label(&'a str, &'a str),
}

/// The queries whose answers together are the list's.
///
/// A label is walked by, unless only unfinished workflows are asked for: those are few.
fn plans(filter: &Filter) -> Vec<Plan<'_>> {
    let phases = phases(filter);
    if let Some(name) = &filter.name {
        return phases
            .into_iter()
            .map(|phase| Plan::Name(name, phase))
            .collect();
    }
    let under_way = phases.iter().all(|phase| !phase.is_finished());
    match filter.labels.first_key_value() {
        Some((label, value)) if !under_way => vec![Plan::Label(label, value)],
        _ if filter.phases.is_empty() => vec![Plan::Age],
        _ => phases.into_iter().map(Plan::Phase).collect(),
    }
}

/// The phases that pass, each once.
fn phases(filter: &Filter) -> Vec<WorkflowPhase> {
    WorkflowPhase::ALL
        .into_iter()
        .filter(|phase| filter.phases.is_empty() || filter.phases.contains(phase))
        .collect()
}

/// One query, as text and values.
struct Select {
    sql: String,
    values: Vec<Value>,
}

impl Select {
    fn new(scope: &Scope, query: &Query, plan: Plan<'_>, limit: usize) -> Self {
        let mut select = Self {
            sql: format!("SELECT {} FROM ", summary::COLUMNS),
            values: Vec::new(),
        };
        let ordered = select.walk(scope, plan);
        select.filter(&query.filter, plan);
        select.range(query, ordered);
        let order = format!(" ORDER BY {ordered}.created_ms DESC, {ordered}.id DESC LIMIT {limit}");
        select.sql.push_str(&order);
        select
    }

    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    /// Names the index and what it fixes; gives the table whose columns order the list.
    fn walk(&mut self, scope: &Scope, plan: Plan<'_>) -> &'static str {
        let scope = Value::from(scope.as_str().to_owned());
        let index = match plan {
            Plan::Age => "workflows_by_age",
            Plan::Phase(_) => "workflows_by_phase",
            Plan::Name(..) => "workflows_by_name",
            Plan::Label(label, value) => {
                self.sql.push_str(
                    "labels AS l CROSS JOIN workflows AS w ON w.key = l.workflow \
                     WHERE l.scope = ?",
                );
                self.values.push(scope);
                let pair = [Value::from(label.to_owned()), Value::from(value.to_owned())];
                self.and("l.label = ? AND l.value = ?", pair);
                return "l";
            }
        };
        let table = format!("workflows AS w INDEXED BY {index} WHERE w.scope = ?");
        self.sql.push_str(&table);
        self.values.push(scope);
        if let Plan::Name(name, _) = plan {
            self.and("w.name = ?", [Value::from(name.to_owned())]);
        }
        if let Plan::Name(_, phase) | Plan::Phase(phase) = plan {
            self.and("w.phase = ?", [word(phase)]);
        }
        "w"
    }

    /// What the index does not fix.
    fn filter(&mut self, filter: &Filter, plan: Plan<'_>) {
        let mut labels = filter.labels.iter();
        if matches!(plan, Plan::Label(..)) {
            labels.next();
            if !filter.phases.is_empty() {
                let phases = phases(filter);
                let marks = vec!["?"; phases.len()].join(", ");
                let condition = format!("w.phase IN ({marks})");
                self.and(&condition, phases.into_iter().map(word));
            }
        }
        for (label, value) in labels {
            let pair = [Value::from(label.clone()), Value::from(value.clone())];
            self.and(
                "EXISTS (SELECT 1 FROM labels AS x WHERE x.scope = w.scope AND x.label = ? \
                 AND x.value = ? AND x.created_ms = w.created_ms AND x.id = w.id)",
                pair,
            );
        }
    }

    fn range(&mut self, query: &Query, ordered: &str) {
        if let Some(after) = query.filter.created_after {
            let condition = format!("{ordered}.created_ms >= ?");
            self.and(&condition, [Value::from(after.as_millis())]);
        }
        if let Some(before) = query.filter.created_before {
            let condition = format!("{ordered}.created_ms < ?");
            self.and(&condition, [Value::from(before.as_millis())]);
        }
        if let Some(position) = query.after {
            let condition = format!("({ordered}.created_ms, {ordered}.id) < (?, ?)");
            let id = id_bytes(&position.id).to_vec();
            let place = [
                Value::from(position.created_at.as_millis()),
                Value::from(id),
            ];
            self.and(&condition, place);
        }
    }

    fn run(self, connection: &Connection) -> Result<Vec<Summary>> {
        let mut statement = connection
            .prepare_cached(&self.sql)
            .map_err(failed("listing workflows"))?;
        statement
            .query_map(params_from_iter(self.values), summary::of_row)
            .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
            .map(|rows| rows.into_iter().map(|(_, summary)| summary).collect())
            .map_err(failed("listing workflows"))
    }
}

fn word(phase: WorkflowPhase) -> Value {
    Value::from(phase.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use wf_model::Timestamp;

    use super::*;
    use crate::embedded::store::schema;
    use crate::id::WorkflowId;
    use crate::workflow::Position;

    fn filters() -> Vec<Filter> {
        let label = [("team".to_owned(), "core".to_owned())];
        let labels = [label[0].clone(), ("tier".to_owned(), "a".to_owned())];
        let mut filters = Vec::new();
        for name in [None, Some("w".to_owned())] {
            for phases in [
                vec![],
                vec![WorkflowPhase::Running],
                WorkflowPhase::ALL.to_vec(),
            ] {
                for labels in [vec![], label.to_vec(), labels.to_vec()] {
                    for created in [None, Some(Timestamp::from_millis(1))] {
                        filters.push(Filter {
                            name: name.clone(),
                            phases: phases.clone(),
                            labels: labels.iter().cloned().collect(),
                            created_after: created,
                            created_before: created,
                        });
                    }
                }
            }
        }
        filters
    }

    #[test]
    fn every_list_walks_an_index_in_its_own_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let scope = Scope::new("demo").unwrap();
        let position = Position {
            created_at: Timestamp::from_millis(2),
            id: WorkflowId::new(uuid::Uuid::from_u128(1)),
        };
        for filter in filters() {
            for after in [None, Some(position)] {
                let query = Query {
                    filter: filter.clone(),
                    after,
                    first: 50,
                };
                for plan in plans(&filter) {
                    let select = Select::new(&scope, &query, plan, 51);
                    let sql = format!("EXPLAIN QUERY PLAN {}", select.sql);
                    let mut statement = connection.prepare(&sql).unwrap();
                    let steps: Vec<String> = statement
                        .query_map(params_from_iter(select.values), |row| row.get(3))
                        .unwrap()
                        .collect::<Result<_, _>>()
                        .unwrap();
                    let told = steps.join("; ");
                    assert!(!told.contains("TEMP B-TREE"), "{filter:?} sorts: {told}");
                    assert!(!told.contains("SCAN"), "{filter:?} scans: {told}");
                }
            }
        }
    }
}
