//! What is sent for every row of the table of operations, as snapshots.

use std::collections::BTreeSet;
use std::path::Path;

use driftline::core::generation::request::GenerationRequest;
use driftline::core::media::Api;
use driftline::core::providers::pixverse::create::{
    Keys, Prepared, accept, create_call, parse_prepared, prepare_call, validate,
};
use driftline::core::step::{ProviderCall, Reply};
use serde_json::Value;

use super::sample::{LONG_ID, access, keys, library, open_platform};

/// Path, headers and body of a call.
fn told(call: &ProviderCall) -> String {
    let headers: Vec<String> =
        call.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
    format!("{:?} {}\n{}{body:#}\n", call.verb, call.path, headers.concat())
}

fn answer(body: &str) -> Reply {
    Reply::Answer { status: 200, retry_after_s: None, body: body.to_owned() }
}

/// The provider's answer to whichever call comes first.
const FIRST_ANSWER: &str = r#"{"ErrCode":0,"Resp":{"pass":true,"result":[{"box":[1.50,2]}],"frame_path":"upload/frame.png",
    "last_frame":"https://media.pixverse.ai/upload%2Flast.png"}}"#;

fn calls(request: &GenerationRequest, api: Api) -> String {
    assert_eq!(validate(request, api), []);
    let request = accept(request, api);
    let first = prepare_call(&request, api, &access(api));
    let prepared = match &first {
        Some(_) => parse_prepared(&request, api, &answer(FIRST_ANSWER)).unwrap(),
        None => Prepared::default(),
    };
    let call = create_call(&request, api, &access(api), &keys(), &prepared).unwrap();
    assert!(!call.body.as_deref().unwrap().contains("null"), "nothing is sent that nobody has: {call:?}");
    first.iter().chain([&call]).map(told).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_row_is_sent_as_its_snapshot_says() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/create");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let mut names = BTreeSet::new();
        for (api, cases) in [(Api::Library, library()), (Api::OpenPlatform, open_platform())] {
            for (name, request) in cases {
                let name = format!("{api}-{name}");
                insta::assert_snapshot!(name.as_str(), calls(&request, api));
                names.insert(format!("{name}.snap"));
            }
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/create");
        let files = std::fs::read_dir(folder).unwrap();
        let files: BTreeSet<String> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(files, names, "a snapshot for every case, and none besides");
    });
}

#[test]
fn the_same_request_with_the_same_keys_is_sent_alike_to_the_byte() {
    for (api, cases) in [(Api::Library, library()), (Api::OpenPlatform, open_platform())] {
        for (name, request) in cases {
            let once = accept(&request, api);
            let stored = GenerationRequest::from_json(&once.to_json()).unwrap();
            assert_eq!(accept(&stored, api), once, "{name}: accepting twice changes nothing");
            let call = |request| create_call(request, api, &access(api), &keys(), &Prepared::default());
            assert_eq!(call(&once), call(&stored), "{name}");
        }
    }
}

#[test]
fn ids_above_two_to_the_64_go_out_as_numbers_to_the_last_digit() {
    let (_, request) = library().into_iter().find(|(name, _)| *name == "extend").unwrap();
    let api = Api::Library;
    let call = create_call(&accept(&request, api), api, &access(api), &keys(), &Prepared::default()).unwrap();
    assert!(call.body.unwrap().contains(&format!("\"original_video_id\":{LONG_ID},")));
    let first = prepare_call(&request, api, &access(api)).unwrap();
    assert!(first.body.unwrap().contains(&format!("\"video_id\":{LONG_ID}}}")));
}

#[test]
fn a_webhook_is_named_to_the_open_platform_alone() {
    let keys = Keys { webhook_id: Some("77".into()), ..keys() };
    for (api, named) in [(Api::Library, false), (Api::OpenPlatform, true)] {
        let (_, request) = library().remove(0);
        let call =
            create_call(&accept(&request, api), api, &access(api), &keys, &Prepared::default()).unwrap();
        assert_eq!(call.body.unwrap().contains("\"webhook_id\":77"), named, "{api}");
    }
}
