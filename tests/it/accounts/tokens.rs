//! Tokens and the list of providers.

use driftline::core::api::bearer::hash;
use driftline::core::api::request::Bearer;
use driftline::core::api::request::Method::{Delete, Get, Post};
use driftline::core::api::routes::handle;
use driftline::core::sql::access::tokens_after;
use driftline::core::sql::accounts::{accounts_after, cancel_runs_of_account};
use serde_json::{Value, json};

use super::edge::{Edge, Pixverse};
use crate::support::drive::drive_alone;

const TOKENS: &str = "/api/v1/tokens";

#[test]
fn a_token_is_shown_once_works_and_stops_at_once() {
    let (mut edge, mut nobody) = (Edge::new(), Pixverse::default());
    let made = edge.ask(&mut nobody, Post, TOKENS, json!({ "name": "laptop" }));
    assert_eq!((made.status, made.headers["cache-control"].as_str()), (201, "no-store"));
    let token = made.body["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("dl_") && token.len() == 46);
    assert!(!edge.everything().contains(&token));
    let listed = edge.ask_as(&token, &mut nobody, Get, TOKENS, Value::Null);
    let shown: Vec<_> =
        listed.body["tokens"].as_array().unwrap().iter().map(|one| (&one["name"], &one["current"])).collect();
    assert!(shown.contains(&(&json!("laptop"), &json!(true))) && shown.len() == 2, "{shown:?}");
    assert!(!listed.body.to_string().contains(&token) && !listed.body.to_string().contains(&hash(&token)));
    let path = format!("{TOKENS}/{}", made.body["id"].as_str().unwrap());
    assert_eq!(edge.ask_as("bob", &mut nobody, Delete, &path, Value::Null).status, 404);
    assert_eq!(edge.ask_as(&token, &mut nobody, Get, TOKENS, Value::Null).status, 200);
    assert_eq!(edge.ask(&mut nobody, Delete, &path, Value::Null).status, 204);
    assert_eq!(edge.ask_as(&token, &mut nobody, Get, TOKENS, Value::Null).status, 401);
    assert_eq!(edge.ask(&mut nobody, Delete, &path, Value::Null).status, 204);
}

#[test]
fn a_token_needs_a_name() {
    let (mut edge, mut nobody) = (Edge::new(), Pixverse::default());
    let answer = edge.ask(&mut nobody, Post, TOKENS, json!({ "name": "x".repeat(101) }));
    assert_eq!((answer.status, &answer.body["parameter"]), (422, &json!("name")));
}

#[test]
fn anybody_may_see_what_can_be_connected() {
    let mut edge = Edge::new();
    let mut request = edge.request("ann", Get, "/api/v1/providers", Value::Null);
    request.bearer = Bearer::Absent;
    let (response, _) = drive_alone(&mut edge.db, 0, handle(request, 0));
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let apis = &body["providers"][0]["apis"];
    assert_eq!((&apis[0]["api"], &apis[0]["can_list"]), (&json!("library"), &json!(true)));
    assert_eq!((&apis[1]["can_list"], &apis[1]["webhooks"]), (&json!(false), &json!(true)));
    assert!(apis[1]["instead_of_listing"].as_str().unwrap().contains("/pages"));
    assert_eq!(apis[0]["credentials"][0]["type"], "token");
}

#[test]
fn no_statement_of_this_subject_reads_more_than_it_needs() {
    let edge = Edge::new();
    let plan = |statement| edge.db.explain(&statement).join("; ");
    assert!(plan(accounts_after(1, "", 51)).contains("USING PRIMARY KEY (owner=? AND id>?)"));
    assert!(plan(tokens_after(1, "", 51)).contains("INDEX tokens_owner (owner=? AND id>?)"));
    assert!(
        plan(cancel_runs_of_account(1, "acc_", 0))
            .contains("INDEX jobs_one_open_sync (owner=? AND account=?)")
    );
    for statement in [accounts_after(1, "", 51), tokens_after(1, "", 51)] {
        assert!(!plan(statement).contains("TEMP B-TREE"));
    }
}
