//! The actions that the clauses use.

use wf_argo::Catalog;

const ACTIONS: &str = r#"
name: "true"
container: {image: "alpine:3.7", command: ["true"]}
---
name: shell
parameters: [{name: script}]
container: {image: "alpine:3.7", command: [sh, -c, "{{inputs.parameters.script}}"]}
---
name: sleep
parameters: [{name: seconds, default: "60"}]
container: {image: "alpine:3.7", command: [sleep, "{{inputs.parameters.seconds}}"]}
---
name: fail
parameters: [{name: code, default: "1"}]
script:
  image: "alpine:3.7"
  command: [sh]
  source: |
    echo failing >&2
    exit {{inputs.parameters.code}}
---
name: absent
container: {image: "alpine:3.7", command: [there-is-no-such-program]}
---
name: measure
parameters: [{name: text}]
outputs:
  parameters: [{name: length, path: /tmp/length}, {name: note, path: /tmp/note, default: none}]
script:
  image: "alpine:3.7"
  command: [sh]
  env: [{name: TEXT, value: "{{inputs.parameters.text}}"}]
  source: |
    printf '%s' "$TEXT" | wc -c | tr -d ' ' > {{outputs.parameters.length.path}}
    : {{outputs.parameters.note.path}}
---
name: produce
parameters: [{name: text}]
outputs: {artifacts: [{name: out, path: /tmp/out.txt}]}
script:
  image: "alpine:3.7"
  command: [sh]
  env: [{name: TEXT, value: "{{inputs.parameters.text}}"}]
  source: printf '%s' "$TEXT" > {{outputs.artifacts.out.path}}
---
name: consume
artifacts: [{name: in, path: /tmp/in.txt}]
container: {image: "alpine:3.7", command: [cat, "{{inputs.artifacts.in.path}}"]}
---
name: flaky
parameters: [{name: message, default: tried}]
script:
  image: "alpine:3.7"
  command: [sh]
  source: |
    echo {{inputs.parameters.message}}
    exit 3
---
name: approval
outputs: {parameters: [{name: decision, supplied: {}, default: approved}]}
suspend: {}
---
name: pause
parameters: [{name: duration}]
suspend: {duration: "{{inputs.parameters.duration}}"}
"#;

/// The same, but that `flaky` ends well.
pub(super) fn mended() -> Catalog {
    let mended = ACTIONS.replace("exit 3", "exit 0");
    Catalog::from_sources([("contract.yaml", mended)]).expect("it is right as it was")
}

/// The actions that the clauses use, and `echo`.
pub(super) fn catalog() -> Catalog {
    Catalog::from_sources([("contract.yaml", ACTIONS)]).expect("the suite's own actions are right")
}
