//! The JSON Schemas that editors and forms go by.

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use wf_model::{
    ArtifactSignature, Draft, Limits, ParameterSignature, ParameterType, Pattern, Signature,
    Signatures, document_schema,
};

fn signatures() -> Signatures {
    let echo = Signature {
        description: Some("Prints a message.".to_owned()),
        parameters: vec![ParameterSignature::required("message")],
        result: true,
        ..Signature::default()
    };
    let typed = Signature {
        parameters: vec![
            ParameterSignature {
                kind: ParameterType::Integer,
                minimum: Some(1.into()),
                maximum: Some(5.into()),
                default: Some("3".to_owned()),
                title: Some("How often".to_owned()),
                order: Some(2),
                ..ParameterSignature::required("times")
            },
            ParameterSignature {
                allowed: Some(vec!["fast".to_owned(), "10".to_owned()]),
                order: Some(1),
                ..ParameterSignature::required("pace")
            },
            ParameterSignature {
                kind: ParameterType::Boolean,
                default: Some("false".to_owned()),
                ..ParameterSignature::required("dry")
            },
            ParameterSignature {
                pattern: Some(Pattern::new("^v[0-9]+$").expect("it is a pattern")),
                default: Some("v1".to_owned()),
                examples: vec!["v2".to_owned()],
                ..ParameterSignature::required("tag")
            },
            ParameterSignature {
                kind: ParameterType::Json,
                default: Some("{}".to_owned()),
                ..ParameterSignature::required("extra")
            },
        ],
        ..Signature::default()
    };
    let artifact = |name: &str, optional| ArtifactSignature {
        name: name.to_owned(),
        optional,
    };
    let takes = Signature {
        artifacts: vec![artifact("in", false), artifact("extra", true)],
        output_artifacts: vec!["out".to_owned()],
        ..Signature::default()
    };
    let makes = Signature {
        output_artifacts: vec!["out".to_owned()],
        ..Signature::default()
    };
    let actions = [
        ("echo", echo),
        ("none", Signature::default()),
        ("typed", typed),
        ("takes", takes),
        ("makes", makes),
    ];
    actions
        .map(|(name, signature)| (name.to_owned(), signature))
        .into_iter()
        .collect()
}

fn validator() -> Validator {
    let schema = document_schema(&signatures());
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).expect("it is a schema")
}

/// The example of the fixtures.
fn seed() -> Value {
    serde_json::from_str(include_str!("../../../../fixtures/my-workflow.json")).expect("it is JSON")
}

fn is_sound(document: &Value) -> bool {
    let limits = Limits::default();
    let draft = Draft::parse(document.to_string().as_bytes(), &limits);
    draft.validate(&signatures(), &limits).is_ok()
}

fn using(parameters: &Value) -> Value {
    json!({"name": "w", "parameters": [{"name": "p", "default": "1"}],
        "tasks": [{"name": "A", "action": "typed", "parameters": parameters}]})
}

#[test]
fn the_example_is_valid_under_the_schema_of_documents() {
    let validator = validator();
    assert!(validator.is_valid(&seed()));
    let mut with_schema = seed();
    with_schema["$schema"] = json!("http://localhost/v1/schemas/workflow.json");
    assert!(validator.is_valid(&with_schema));
}

#[test]
fn a_document_with_everything_is_valid_under_it() {
    let document = json!({
        "name": "all", "description": null, "labels": {"team": "core"},
        "parameters": [{"name": "p", "default": 3, "enum": [3, "4"], "description": "x"}],
        "timeoutSeconds": 60, "parallelism": 2, "priority": -1, "mutex": "m",
        "onExit": {"action": "echo", "parameters": [{"name": "message", "value": true}]},
        "outputs": [{"name": "o", "value": "{{tasks.A.outputs.result}}"}],
        "tasks": [
            {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": 1.5}], "depends": null,
             "retry": {"limit": 1, "policy": "Always", "backoffSeconds": 0, "factor": 2, "maxSeconds": 10}},
            {"name": "B", "action": "typed", "dependsOn": ["A"], "when": "'a' == 'a'", "withItems": [1, 2], "timeoutSeconds": 5,
             "parameters": [{"name": "times", "value": "{{item}}"}, {"name": "pace", "value": 10}]},
            {"name": "C", "action": "none", "parameters": []},
        ],
    });
    assert!(is_sound(&document), "the model takes it");
    let errors: Vec<String> = validator()
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn what_the_model_refuses_by_shape_the_schema_refuses_too() {
    type Break = fn(&mut Value);
    let cases: [(&str, Break); 12] = [
        ("an unknown field", |it| {
            it["tasks"][0]["dependOn"] = json!([]);
        }),
        ("no name", |it| {
            it.as_object_mut().unwrap().remove("name");
        }),
        ("a name in capitals", |it| it["name"] = json!("My")),
        ("no tasks", |it| it["tasks"] = json!([])),
        ("an unknown action", |it| {
            it["tasks"][0]["action"] = json!("ecko");
        }),
        ("an undeclared parameter", |it| {
            it["tasks"][0]["parameters"][0]["name"] = json!("massage");
        }),
        ("a missing parameter", |it| {
            it["tasks"][0]["parameters"] = json!([]);
        }),
        ("no parameters at all", |it| {
            it["tasks"][0].as_object_mut().unwrap().remove("parameters");
        }),
        ("a list for a value", |it| {
            it["tasks"][0]["parameters"][0]["value"] = json!(["a"]);
        }),
        ("a text for a list", |it| {
            it["tasks"][1]["dependsOn"] = json!("A");
        }),
        ("no time at all", |it| it["timeoutSeconds"] = json!(0)),
        ("a policy of another system", |it| {
            it["tasks"][0]["retry"] = json!({"limit": 1, "policy": "Never"});
        }),
    ];
    let validator = validator();
    for (what, wrong) in cases {
        let mut document = seed();
        wrong(&mut document);
        assert!(!is_sound(&document), "the model takes {what}");
        assert!(!validator.is_valid(&document), "the schema takes {what}");
    }
}

#[test]
fn a_value_is_what_its_parameter_says_or_a_reference() {
    let validator = validator();
    let pace = json!({"name": "pace", "value": "fast"});
    for (name, value, is_right) in [
        ("times", json!(3), true),
        ("times", json!("3"), true),
        ("times", json!("{{workflow.parameters.p}}"), true),
        ("times", json!(6), false),
        ("times", json!("three"), false),
        ("times", json!(1.5), false),
        ("dry", json!(true), true),
        ("dry", json!("true"), true),
        ("dry", json!("yes"), false),
        ("tag", json!("v12"), true),
        ("tag", json!("12"), false),
        ("extra", json!("[1]"), true),
    ] {
        let document = using(&json!([pace, {"name": name, "value": value}]));
        assert_eq!(is_sound(&document), is_right, "{name} {value}");
        assert_eq!(validator.is_valid(&document), is_right, "{name} {value}");
    }
    for (value, is_right) in [
        (json!("fast"), true),
        (json!(10), true),
        (json!("slow"), false),
    ] {
        let document = using(&json!([{"name": "pace", "value": value}]));
        assert_eq!(is_sound(&document), is_right, "{value}");
        assert_eq!(validator.is_valid(&document), is_right, "{value}");
    }
}

#[test]
fn artifacts_are_those_of_the_action_and_the_required_ones_are_there() {
    let validator = validator();
    let given = |name: &str| json!({"name": name, "from": "{{tasks.A.outputs.artifacts.out}}"});
    for (artifacts, is_right) in [
        (json!([given("in")]), true),
        (json!([given("in"), given("extra")]), true),
        (json!([given("extra")]), false),
        (json!([]), false),
        (json!(null), false),
        (json!([given("in"), given("other")]), false),
    ] {
        let document = json!({"name": "w", "tasks": [
            {"name": "A", "action": "makes"},
            {"name": "B", "action": "takes", "dependsOn": ["A"], "artifacts": artifacts},
        ]});
        assert_eq!(is_sound(&document), is_right, "{artifacts}");
        assert_eq!(validator.is_valid(&document), is_right, "{artifacts}");
    }
}

/// A scalar, or nothing, as people write them.
fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-9..99_i64).prop_map(Value::from),
        Just(json!(1.5)),
        Just(Value::Null),
        prop::sample::select(vec!["", "fast", "v1", "10", "true", "a-b", "1e3", "{}"])
            .prop_map(Value::from),
        Just(json!("{{workflow.parameters.p}}")),
    ]
}

fn arguments() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec!["message", "times", "pace", "dry", "tag", "extra"]);
    let argument =
        (name, scalars()).prop_map(|(name, value)| json!({"name": name, "value": value}));
    prop_oneof![
        4 => prop::collection::vec(argument, 0..4).prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

prop_compose! {
    fn tasks_of_chance()(
        action in prop::sample::select(vec!["echo", "typed", "none", "makes"]),
        parameters in arguments(),
        timeout in scalars(),
        items in proptest::option::of(prop::collection::vec(scalars(), 0..3)),
        retry in proptest::option::of(scalars()),
    ) -> Value {
        let mut task = json!({
            "action": action, "parameters": parameters, "timeoutSeconds": timeout,
            "withItems": items,
        });
        if let Some(limit) = retry {
            task["retry"] = json!({"limit": limit});
        }
        task
    }
}

prop_compose! {
    fn documents_of_chance()(
        tasks in prop::collection::vec(tasks_of_chance(), 1..3),
        label in scalars(),
        parallelism in scalars(),
        default in scalars(),
    ) -> Value {
        let mut tasks = tasks;
        for (at, task) in tasks.iter_mut().enumerate() {
            task["name"] = json!(format!("t{at}"));
        }
        json!({
            "name": "chance", "labels": {"a": label}, "parallelism": parallelism,
            "parameters": [{"name": "p", "default": default}], "tasks": tasks,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_document_that_is_valid_is_valid_under_its_schema(document in documents_of_chance()) {
        static VALIDATOR: std::sync::LazyLock<Validator> = std::sync::LazyLock::new(validator);
        if is_sound(&document) {
            let errors = VALIDATOR.iter_errors(&document);
            let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
            prop_assert!(errors.is_empty(), "{:#?}", errors);
        }
    }
}

#[test]
fn a_number_is_a_number_however_it_is_written() {
    let with = |kind, default: &str| {
        let parameter = ParameterSignature {
            kind,
            default: Some(default.to_owned()),
            ..ParameterSignature::required("n")
        };
        let signature = Signature {
            parameters: vec![parameter],
            ..Signature::default()
        };
        signature.parameters_schema()["properties"]["n"]["default"].clone()
    };
    assert_eq!(with(ParameterType::Number, "1.50"), json!(1.5));
    assert_eq!(with(ParameterType::Number, "1e3"), json!(1000.0));
    assert_eq!(with(ParameterType::Integer, "42"), json!(42));
    let too_long = "123456789012345678901234567890";
    assert_eq!(with(ParameterType::Integer, too_long), Value::Null);
}

#[test]
fn a_form_can_be_drawn_from_an_actions_parameters() {
    let signatures = signatures();
    let typed = signatures.get("typed").unwrap();
    let schema = typed.parameters_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    assert_eq!(
        schema["properties"]["times"],
        json!({"title": "How often", "type": "integer", "default": 3, "minimum": 1, "maximum": 5})
    );
    assert_eq!(
        schema["properties"]["dry"],
        json!({"type": "boolean", "default": false})
    );
    assert_eq!(
        schema["properties"]["extra"]["contentMediaType"],
        "application/json"
    );
    assert_eq!(schema["required"], json!(["pace"]));
    let form = jsonschema::draft202012::new(&schema).unwrap();
    assert!(form.is_valid(&json!({"pace": "fast", "times": 2, "dry": true, "tag": "v1"})));
    assert!(!form.is_valid(&json!({"times": 2})));
    assert!(!form.is_valid(&json!({"pace": "fast", "times": 9})));
    assert!(!form.is_valid(&json!({"pace": "fast", "color": "red"})));

    let ui = typed.ui_schema();
    assert_eq!(
        ui["ui:order"],
        json!(["pace", "times", "dry", "tag", "extra"])
    );
    assert_eq!(ui["tag"], json!({"ui:placeholder": "v2"}));
    assert_eq!(ui["extra"], json!({"ui:widget": "textarea"}));
}

#[test]
fn a_secret_of_a_form_is_not_shown_while_it_is_typed() {
    let signature = Signature {
        parameters: vec![ParameterSignature::required("password")],
        ..Signature::default()
    };
    assert_eq!(signature.ui_schema()["password"]["ui:widget"], "password");
}
