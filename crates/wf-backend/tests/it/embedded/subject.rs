//! The embedded backend, put to the test: each time in a new directory.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tempfile::TempDir;
use wf_backend::contract::Subject;
use wf_backend::{Backend, EmbeddedBackend, EmbeddedOptions, Scope};

/// The embedded backend in a directory of its own.
pub(crate) struct Embedded {
    backend: Arc<EmbeddedBackend>,
    directory: TempDir,
}

impl Embedded {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let backend = open(&directory).await;
        Self { backend, directory }
    }
}

/// What tests open: quick to end, with a few places for tasks.
pub(crate) fn options(directory: &std::path::Path) -> EmbeddedOptions {
    EmbeddedOptions::new(directory.join("data"))
        .max_tasks(4)
        .kill_grace(Duration::from_secs(1))
}

async fn open(directory: &TempDir) -> Arc<EmbeddedBackend> {
    Arc::new(
        EmbeddedBackend::open(options(directory.path()))
            .await
            .unwrap(),
    )
}

#[async_trait]
impl Subject for Embedded {
    fn backend(&self) -> Arc<dyn Backend> {
        Arc::clone(&self.backend) as Arc<dyn Backend>
    }

    fn scope(&self, number: usize) -> Scope {
        Scope::new(format!("scope-{number}")).unwrap()
    }

    async fn reopen(&mut self) {
        self.backend.shutdown().await;
        self.backend = open(&self.directory).await;
    }

    async fn close(self) {
        self.backend.shutdown().await;
    }
}
