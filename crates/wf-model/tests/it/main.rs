//! What documents are accepted, and what is told of the others.

// Marked as tests, so that clippy lets their helpers unwrap, too.
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod dag_laws;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod parameters;
#[cfg(test)]
mod picture_laws;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod references;
#[cfg(test)]
mod rules;
mod schemas;
