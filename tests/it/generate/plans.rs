//! The plans of the statements about generations: each is searched by the keys that it names, however many an owner has.

use driftline::core::sql::generations::{
    Filter, count_waiting, generations, generations_page, guard_generations, input_assets, insert_outputs,
    insert_uploads, job_standing, known_roots, open_requests, output_assets, update_generations, uploads,
    waiting_generations, wake_poll,
};
use driftline::core::sql::webhooks::{
    forget_nonces_before, hooked_account, hurry_poll, insert_nonce, look_now,
};
use driftline::core::statement::Statement;
use serde_json::json;

use crate::support::db::Db;

fn plan(statement: &Statement) -> String {
    Db::new().explain(statement).join("\n")
}

/// Each of these steps stands in the plan, and no table is read from end to end.
fn assert_plan(statement: &Statement, steps: &[&str]) {
    let plan = plan(statement);
    for step in steps {
        assert!(plan.contains(step), "{}: {step} is not in\n{plan}", statement.name);
    }
    let is_made = |line: &str| {
        line.contains("VIRTUAL TABLE")
            || line == "SCAN CONSTANT ROW"
            || line == "SCAN hop"
            || line.starts_with("SCAN (")
            || line == "SCAN g" && statement.name == "generations_page"
    };
    let walked: Vec<&str> = plan.lines().filter(|line| line.starts_with("SCAN") && !is_made(line)).collect();
    assert_eq!(walked, [""; 0], "{}:\n{plan}", statement.name);
    assert!(!plan.contains("TEMP B-TREE"), "{} sorts:\n{plan}", statement.name);
}

#[test]
fn generations_are_found_by_id_and_waiting_ones_by_their_time() {
    let ids = ["gen_1".to_owned()];
    assert_plan(&generations(1, &ids), &["SEARCH g USING PRIMARY KEY (owner=? AND id=?)"]);
    assert_plan(
        &waiting_generations(1, "acc_1", 100),
        &["SEARCH g USING INDEX generations_waiting (owner=? AND account=?"],
    );
    assert_plan(
        &count_waiting(1, "acc_1"),
        &["SEARCH generations USING COVERING INDEX generations_waiting (owner=? AND account=?"],
    );
    assert_plan(
        &output_assets(1, &ids),
        &[
            "SEARCH o USING PRIMARY KEY (owner=? AND generation=?)",
            "SEARCH c USING PRIMARY KEY (owner=? AND alias=? AND root=?)",
            "SEARCH a USING PRIMARY KEY (owner=? AND id=?)",
        ],
    );
    assert_plan(
        &open_requests(1, "acc_1", ("gen_0", "gen_1")),
        &["SEARCH generations USING PRIMARY KEY (owner=? AND id>? AND id<?)"],
    );
    assert_plan(
        &known_roots(1, &ids),
        &[
            "SEARCH c USING PRIMARY KEY (owner=? AND alias=? AND root=?)",
            "SEARCH o USING COVERING INDEX generation_outputs_root (owner=? AND root=?)",
        ],
    );
    assert_plan(
        &input_assets(1, &ids),
        &[
            "SEARCH r USING PRIMARY KEY (owner=? AND old=?)",
            "SEARCH a USING PRIMARY KEY (owner=? AND id=?)",
            "SEARCH c USING PRIMARY KEY (owner=? AND alias=? AND root=?)",
        ],
    );
    let filter = Filter { state: Some("failed".into()), ..Filter::default() };
    let page = generations_page(1, &filter, ("", "gen_~"), 2_000, 21);
    assert_plan(&page, &["SEARCH generations USING PRIMARY KEY (owner=? AND id>? AND id<?)", "CO-ROUTINE g"]);
}

#[test]
fn what_is_written_and_guarded_is_looked_up_by_key() {
    let ids = ["gen_1".to_owned()];
    assert_plan(
        &guard_generations(1, &[("gen_1".to_owned(), 1)], Some(("acc_1", 1))),
        &[
            "SEARCH g USING PRIMARY KEY (owner=? AND id=?)",
            "SEARCH w USING COVERING INDEX generations_waiting (owner=? AND account=?",
        ],
    );
    assert_plan(
        &update_generations(1, &[json!({ "id": "gen_1" })]),
        &["SEARCH generations USING PRIMARY KEY (owner=? AND id=?)"],
    );
    assert_plan(
        &uploads(1, "acc_1", &ids),
        &["SEARCH u USING PRIMARY KEY (owner=? AND account=? AND source=?)"],
    );
    assert_plan(&look_now(1, "acc_1", &ids, 5), &["SEARCH o USING COVERING INDEX generation_outputs_root"]);
    assert_plan(&hurry_poll(1, "job_1", 5), &["SEARCH jobs USING PRIMARY KEY (id=?)"]);
    assert_plan(&job_standing(1, "job_1"), &["SEARCH jobs USING PRIMARY KEY (id=?)"]);
    assert_plan(&hooked_account("acc_1"), &["SEARCH accounts USING INDEX accounts_webhook (id=?)"]);
    assert_plan(
        &forget_nonces_before(5),
        &["SEARCH webhook_nonces USING COVERING INDEX webhook_nonces_age (seen_ms<?)"],
    );
    for statement in [
        insert_outputs(1, "gen_1", &["r"]),
        insert_uploads(1, "acc_1", &[json!({})], 5),
        insert_nonce(1, "acc_1", "n", 5),
        wake_poll(1, "job_1", "acc_1", 5, 5),
    ] {
        assert_plan(&statement, &[]);
    }
}
