//! How long a catalog takes from its files to being on offer.

use divan::Bencher;
use divan::counter::ItemsCount;
use wf_argo::Catalog;

const ACTIONS: [usize; 2] = [100, 1_000];

fn main() {
    divan::main();
}

/// Files of an action each, with what an action usually has.
fn files(actions: usize) -> Vec<(String, String)> {
    let file = |number: usize| (format!("action-{number}.yaml"), action(number));
    (0..actions).map(file).collect()
}

fn action(number: usize) -> String {
    format!(
        "
name: action-{number}
description: Does what action {number} does.
parameters:
- name: input
  description: What it begins with.
- name: level
  type: integer
  minimum: 1
  maximum: 9
  default: 5
- name: mode
  enum: [fast, thorough]
  default: fast
- name: tag
  pattern: ^v[0-9]+$
  default: v1
artifacts:
- name: source
  path: /tmp/source
outputs:
  parameters:
  - name: count
    path: /tmp/count
  artifacts:
  - name: report
    path: /tmp/report
secrets:
- name: registry
  keys: [user, password]
  env: [USER, PASSWORD]
script:
  image: example.org/tool:{number}
  command: [sh]
  env:
  - name: INPUT
    value: '{{{{inputs.parameters.input}}}}'
  - name: LEVEL
    value: '{{{{inputs.parameters.level}}}}'
  source: |
    tool --mode \"{{{{inputs.parameters.mode}}}}\" --tag \"{{{{inputs.parameters.tag}}}}\" \\
      --from \"{{{{inputs.artifacts.source.path}}}}\" --report \"{{{{outputs.artifacts.report.path}}}}\" \\
      > \"{{{{outputs.parameters.count.path}}}}\"
metadata:
  labels: {{team: core}}
nodeSelector:
  disk: fast
"
    )
}

#[divan::bench(args = ACTIONS)]
fn load(bencher: Bencher, actions: usize) {
    let files = files(actions);
    let load = || {
        Catalog::from_sources(files.iter().map(|(name, text)| (name, text)))
            .expect("the actions are right")
    };
    bencher.counter(ItemsCount::new(actions)).bench(load);
}
