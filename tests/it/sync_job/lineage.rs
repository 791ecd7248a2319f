//! Whenever the sources are written down, the same is known in the end.

use std::collections::BTreeSet;

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::shelf::small;
use crate::worker::Worker;
use crate::world::said_by_tables;

fn said_after(body: Value, refresh: bool) -> BTreeSet<String> {
    let mut worker = Worker::new(small());
    let run = worker.sync(body.clone());
    assert_eq!(run["counts"]["created"], 61, "{body}: {run}");
    if refresh {
        assert_eq!(worker.count("edges"), 0, "{body}");
        let all = json!({ "provider_id": "pixverse", "scope": "current_user" });
        assert_eq!(worker.ask(Method::Post, "/lineage/refresh", all).status, 202);
        worker.settle();
    }
    let pending = worker.edge.db.query("SELECT id FROM assets WHERE lineage = 'pending'");
    assert_eq!(pending, Vec::<Value>::new(), "{body}");
    said_by_tables(&worker.edge.db)
}

#[test]
fn every_way_of_creating_lineage_ends_in_the_same_tables() {
    let inline = said_after(json!({ "create_lineage": "inline" }), false);
    assert!(inline.len() > 61, "there are stubs");
    assert!(inline.iter().any(|text| text.contains("SOURCE_VIDEO")));
    for (body, refresh) in [
        (json!({}), false),
        (json!({ "create_lineage": "auto" }), false),
        (json!({ "create_lineage": "deferred" }), false),
        (json!({ "create_lineage": true }), false),
        (json!({ "create_lineage": "none" }), true),
        (json!({ "create_lineage": false }), true),
    ] {
        let said = said_after(body.clone(), refresh);
        assert_eq!(said.symmetric_difference(&inline).collect::<Vec<_>>(), Vec::<&String>::new(), "{body}");
    }
}

#[test]
fn a_deferred_page_says_pending_until_it_is_linked() {
    let mut worker = Worker::new(small());
    worker.start(json!({ "create_lineage": "deferred" }));
    worker.deliver_next();
    let pending = worker.edge.db.query("SELECT id FROM assets WHERE lineage = 'pending'");
    assert!(!pending.is_empty());
    assert_eq!(worker.count("edges"), 0);
    worker.settle();
    assert!(worker.count("edges") > 0);
}
