//! Laying a document out and drawing it.

use divan::{Bencher, black_box};
use wf_model::{Document, Picture, Task};

const SIZES: [usize; 4] = [200, 2_000, 20_000, 100_000];

fn main() {
    divan::main();
}

/// Each task waits for the one half as far, and every second for the one before, too.
fn document(tasks: usize) -> Document {
    let task = |index: usize| {
        let mut task = Task::default();
        task.name = format!("task-{index}");
        task.action = String::from("echo");
        if index > 0 {
            task.depends_on.push(format!("task-{}", index / 2));
        }
        if index > 2 && index.is_multiple_of(2) {
            task.depends_on.push(format!("task-{}", index - 1));
        }
        task
    };
    let mut document = Document::default();
    document.name = String::from("large");
    document.tasks = (0..tasks).map(task).collect();
    document
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn lay_out(bencher: Bencher, tasks: usize) {
    let document = document(tasks);
    bencher.bench(|| Picture::of(black_box(&document), None));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn draw_svg(bencher: Bencher, tasks: usize) {
    let picture = Picture::of(&document(tasks), None);
    bencher.bench(|| black_box(&picture).to_svg());
}
