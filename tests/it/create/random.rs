//! Requests changed at random: whatever was asked for, an answer comes; and what fits can be sent.

use driftline::core::generation::request::{GenerationRequest, Input};
use driftline::core::media::Api;
use driftline::core::providers::pixverse::create::{
    Missing, Prepared, accept, create_call, missing_inputs, operations, validate,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::sample::{access, clip, kept, keys, library, made, open_platform, sound, still, uploaded};

/// Every parameter of every operation, and one that nobody knows.
fn parameter_names() -> Vec<String> {
    let rows = [operations(Api::Library), operations(Api::OpenPlatform)];
    let entries = rows.iter().flat_map(|rows| rows.as_array().unwrap());
    let parameters = entries.flat_map(|entry| entry["parameters"].as_array().unwrap());
    let mut names: Vec<String> = parameters.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    names.push("colour".to_owned());
    names.sort();
    names.dedup();
    names
}

fn samples() -> Vec<GenerationRequest> {
    library().into_iter().chain(open_platform()).map(|(_, request)| request).collect()
}

fn value() -> impl Strategy<Value = Value> {
    let fitting = select(vec![
        json!(5),
        json!(1),
        json!("720p"),
        json!("16:9"),
        json!(true),
        json!(false),
        json!("7"),
        json!([5]),
    ]);
    let odd = select(vec![
        json!(null),
        json!(-1),
        json!(5.5),
        json!(""),
        json!([]),
        json!({}),
        json!("x".repeat(300)),
        json!([null, "a"]),
    ]);
    prop_oneof![4 => fitting, 1 => odd]
}

fn inputs() -> impl Strategy<Value = Vec<Value>> {
    let mut pool =
        vec![clip("SOURCE_VIDEO", 0), clip("CONTROL_INPUT", 1), clip("FUSION_REFERENCE", 2), sound(0)];
    for (at, relation) in (0..).zip([
        "SOURCE_IMAGE",
        "TRANSITION_INPUT",
        "TRANSITION_INPUT",
        "TRANSITION_INPUT",
        "FUSION_REFERENCE",
        "FUSION_CHARACTER",
        "REFERENCE_IMAGE",
    ]) {
        pool.push(still(relation, at, 'a'));
        pool.push(uploaded("image", relation, at + 10, "71"));
    }
    pool.push(made("SOURCE_VIDEO", 3, "72"));
    pool.push(made("REFERENCE_VIDEO", 4, "73"));
    pool.push(kept(made("REFERENCE_VIDEO", 5, "74"), "openapi/output/c.mp4"));
    pool.push(kept(uploaded("image", "REFERENCE_IMAGE", 20, "75"), "upload/c.png"));
    pool.push(json!({"media_type": "image", "relation": "SOURCE_IMAGE", "position": 9, "aliases": ["key:https://a.example.com/b"]}));
    let most = pool.len();
    prop_oneof![3 => subsequence(pool.clone(), 0..4), 1 => subsequence(pool, 0..most)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_fits_can_be_sent(
        sample in select(samples()),
        model in prop_oneof![2 => Just(None), 1 => select(vec!["v6", "v5", "gpt-image-2.0", "v9"]).prop_map(Some)],
        prompt in prop_oneof![2 => Just(None), 1 => select(vec!["", "x", "@a goes"]).prop_map(Some)],
        names in subsequence(parameter_names(), 0..3),
        values in prop::collection::vec(value(), 3),
        inputs in prop_oneof![2 => Just(None), 1 => inputs().prop_map(Some)],
    ) {
        let mut request = sample;
        request.parameters.extend(names.into_iter().zip(values));
        request.model = model.map(ToOwned::to_owned).or(request.model);
        request.prompt = prompt.map(ToOwned::to_owned).or(request.prompt);
        if let Some(inputs) = inputs {
            request.inputs = inputs.iter().map(|input| Input::from_json(input).unwrap()).collect();
        }
        for api in [Api::Library, Api::OpenPlatform] {
            let accepted = accept(&request, api);
            prop_assert_eq!(&accept(&accepted, api), &accepted);
            let violations = validate(&request, api);
            prop_assert_eq!(validate(&accepted, api).is_empty(), violations.is_empty());
            let missing = missing_inputs(&accepted, api);
            if violations.is_empty() {
                prop_assert!(missing.iter().all(|one| one.missing == Missing::UploadByUrl));
            }
            if violations.is_empty() && missing.is_empty() {
                let call = create_call(&accepted, api, &access(api), &keys(), &Prepared::default()).unwrap();
                let body = call.body.unwrap();
                prop_assert!(!body.contains("null"), "{}", body);
            }
        }
    }
}
