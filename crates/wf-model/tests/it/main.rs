//! What documents are accepted, and what is told of the others.

mod catalog;
mod dag_laws;
mod golden;
mod hostile;
mod laws;
mod parameters;
mod reading;
mod references;
mod rules;
