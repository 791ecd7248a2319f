//! What the extractor reads out of every fixture, as snapshots under the fixture's name.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail, its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use driftline::core::inspect::inspect_payload;
use serde_json::Value;

const PROVIDER_ID: &str = "pixverse";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The names, without their ending, of the files in a folder.
fn names(folder: &Path, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    files.filter_map(|file| file.strip_suffix(ending).map(str::to_owned)).collect()
}

/// An answer without what is null or empty, so that a snapshot shows what was read and nothing else.
fn said(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(entries) => {
            let entries: Vec<Value> =
                entries.into_iter().map(|entry| said(entry).unwrap_or(Value::Null)).collect();
            (!entries.is_empty()).then_some(Value::Array(entries))
        }
        Value::Object(members) => {
            let members: serde_json::Map<_, _> =
                members.into_iter().filter_map(|(name, member)| Some((name, said(member)?))).collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        other => Some(other),
    }
}

#[test]
fn every_fixture_reads_as_its_snapshot_says() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{PROVIDER_ID}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names(&root().join("fixtures").join(PROVIDER_ID), ".json") {
            let payload =
                fs::read_to_string(root().join(format!("fixtures/{PROVIDER_ID}/{name}.json"))).unwrap();
            let media_type = name.split('-').next().unwrap();
            let answer = inspect_payload(PROVIDER_ID, media_type, &payload).unwrap();
            insta::assert_snapshot!(name.as_str(), format!("{:#}", said(answer).unwrap()));
        }
    });
}

#[test]
fn no_snapshot_is_orphaned() {
    let fixtures = names(&root().join("fixtures").join(PROVIDER_ID), ".json");
    let snapshots = names(&root().join("tests/snapshots").join(PROVIDER_ID), ".snap");
    assert_eq!(fixtures, snapshots);
}

#[test]
fn every_fixture_has_its_origin_noted() {
    let readme = fs::read_to_string(root().join("fixtures/README.md")).unwrap();
    let noted: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
        .collect();
    assert_eq!(names(&root().join("fixtures").join(PROVIDER_ID), ".json"), noted);
}
