//! The matrix: each route, whose things it names, and what a stranger gets.

use Who::{Admin, Anyone, Reader, Stranger, Writer};

/// Who asks, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Needs no token.
    Anyone,
    /// Whoever runs the service.
    Admin,
    /// Bob names what is ann's: 404, and nothing changes.
    Stranger,
    /// Bob reads what is his: the answer is the one that he had if there were no ann.
    Reader,
    /// Bob has something done, and may name what is ann's in the body: it touches only what is his.
    Writer,
}

/// One request. `<name>` stands for the id of a thing, see `worlds`.
pub struct Row {
    pub operation: &'static str,
    pub who: Who,
    /// What the path's `{id}` names.
    pub thing: &'static str,
    pub query: &'static str,
    pub body: &'static str,
    /// The status for anyone and for a writer; for all others it follows from who asks.
    pub status: u16,
}

const fn anyone(status: u16, operation: &'static str, thing: &'static str, body: &'static str) -> Row {
    Row { operation, who: Anyone, thing, query: "", body, status }
}

const fn row(
    operation: &'static str,
    who: Who,
    thing: &'static str,
    query: &'static str,
    body: &'static str,
) -> Row {
    Row { operation, who, thing, query, body, status: 0 }
}

const fn his(status: u16, operation: &'static str, thing: &'static str, body: &'static str) -> Row {
    Row { operation, who: Writer, thing, query: "", body, status }
}

const fn theirs(operation: &'static str, thing: &'static str, body: &'static str) -> Row {
    row(operation, Stranger, thing, "", body)
}

const fn list(operation: &'static str, query: &'static str) -> Row {
    row(operation, Reader, "", query, "")
}

const fn own(operation: &'static str, thing: &'static str) -> Row {
    row(operation, Reader, thing, "", "")
}

/// The operations that answer without a token. The page, `/docs` and `/openapi.json` are files and no operations.
pub const OPEN_TO_ANYONE: &[&str] =
    &["health", "ready", "inspect", "list_providers", "list_operations", "receive_webhook"];

pub const ROWS: &[Row] = &[
    anyone(200, "health", "", ""),
    anyone(200, "ready", "", ""),
    anyone(200, "inspect", "", r#"{"provider_id":"pixverse","media_type":"video","payload":{"video_id":1}}"#),
    anyone(200, "list_providers", "", ""),
    anyone(200, "list_operations", "", ""),
    // A provider has no token: it proves itself by the account's secret.
    anyone(401, "receive_webhook", "hooked", r#"{"id":1}"#),
    anyone(404, "receive_webhook", "account", r#"{"id":1}"#),
    row("create_owner", Admin, "", "", r#"{"name":"ann"}"#),
    // Accounts, connections, tokens.
    list("list_accounts", ""),
    // The same account at the provider may be connected by two people.
    his(
        200,
        "create_account",
        "",
        r#"{"provider_id":"pixverse","credential":{"type":"access_key","value":"plain-secret-key"}}"#,
    ),
    his(201, "start_connection", "", r#"{"provider_id":"pixverse"}"#),
    theirs("get_connection", "connection", ""),
    theirs("get_account", "account", ""),
    theirs("update_account", "account", r#"{"label":"bobs"}"#),
    theirs("check_account", "account", ""),
    theirs("get_reconciliation", "account", ""),
    theirs("delete_account", "account", ""),
    list("list_tokens", ""),
    his(201, "create_token", "", r#"{"name":"more"}"#),
    theirs("revoke_token", "token", ""),
    // Ways in.
    theirs("sync_dry_run", "account", ""),
    theirs("sync_assets", "account", r#"{"mode":"both"}"#),
    theirs("hand_in_pages", "account", r#"[{"video_id":5,"video_status":1}]"#),
    theirs("ask_for_ids", "account", r#"{"media_type":"video","ids":["1"]}"#),
    theirs("upload_file", "account", r#"{"url":"https://img.example.com/b.png","media_type":"image"}"#),
    theirs("verify_links", "account", r#"{"all":true}"#),
    his(202, "verify_links", "bobs_account", r#"{"asset_ids":["<asset>"]}"#),
    his(409, "import_inventory", "", r#"{"kind":"export","version":1}"#),
    list("export_inventory", "?format=jsonl"),
    list("export_inventory", "?format=csv"),
    // Runs and jobs.
    list("list_runs", ""),
    theirs("get_run", "run", ""),
    theirs("list_run_items", "run", ""),
    theirs("pause_run", "run", ""),
    theirs("resume_run", "run", r#"{"confirm_identity_shift":true}"#),
    theirs("fill_run", "run", ""),
    theirs("confirm_missing", "run", ""),
    theirs("replay_run", "run", ""),
    theirs("cancel_run", "run", ""),
    list("list_jobs", ""),
    theirs("get_job", "job", ""),
    theirs("list_job_items", "job", ""),
    theirs("replay_job", "job", ""),
    his(202, "reextract_observations", "", ""),
    his(200, "refresh_lineage", "", r#"{"asset_ids":["<asset>"],"clear_existing":true}"#),
    his(
        202,
        "refresh_lineage",
        "",
        r#"{"provider_id":"pixverse","scope":"current_user","clear_existing":true}"#,
    ),
    theirs("get_lineage_job", "refresh", ""),
    // Assets.
    list("list_assets", ""),
    list("list_assets", "?account_id=<account>"),
    list("list_assets", "?q=1"),
    list("list_assets", "?text=cormorant"),
    list("count_assets", ""),
    list("get_digest", ""),
    theirs("get_asset", "asset", ""),
    theirs("list_observations", "asset", ""),
    theirs("explain_asset", "asset", ""),
    theirs("get_lineage", "asset", ""),
    theirs("add_edge", "asset", r#"{"parent_id":"<parent>","relation":"INPUT"}"#),
    theirs("add_edge", "asset", r#"{"parent_id":"<bobs_asset>","relation":"INPUT"}"#),
    theirs("add_edge", "bobs_asset", r#"{"parent_id":"<asset>","relation":"INPUT"}"#),
    row("remove_edge", Stranger, "asset", "?parent_id=<parent>", ""),
    row("remove_edge", Stranger, "bobs_asset", "?parent_id=<asset>", ""),
    theirs("merge_assets", "asset", r#"{"other_id":"<parent>"}"#),
    theirs("merge_assets", "asset", r#"{"other_id":"<bobs_asset>"}"#),
    theirs("merge_assets", "bobs_asset", r#"{"other_id":"<asset>"}"#),
    theirs("unmerge_asset", "asset", ""),
    his(422, "unmerge_asset", "bobs_asset", r#"{"other_id":"<asset>"}"#),
    theirs("restore_asset", "asset", ""),
    theirs("remove_asset", "asset", ""),
    // Quarantine and schemas.
    list("list_quarantine", ""),
    list("list_quarantine", "?run_id=<run>"),
    his(202, "replay_quarantine", "", r#"{"ids":["<quarantined>"],"force":true}"#),
    his(202, "replay_quarantine", "", r#"{"all":true}"#),
    list("list_schemas", ""),
    // Drift.
    list("list_drift", ""),
    list("list_drift", "?kind=lineage_missing"),
    list("list_drift", "?account_id=<account>"),
    list("get_drift_report", ""),
    his(202, "scan_drift", "", r#"{"asset_ids":["<asset>"]}"#),
    his(202, "scan_drift", "", "{}"),
    theirs("get_drift_scan", "scan", ""),
    theirs("get_drift", "finding", ""),
    theirs("resolve_drift", "finding", r#"{"action":"accept","reason":"mine"}"#),
    theirs("resolve_drift", "finding", r#"{"action":"apply"}"#),
    // Generations.
    list("list_generations", ""),
    list("list_generations", "?account_id=<account>"),
    theirs(
        "create_generation",
        "",
        r#"{"account_id":"<account>","operation":"text_to_video","prompt":"x","model":"v6"}"#,
    ),
    his(
        422,
        "create_generation",
        "",
        r#"{"account_id":"<bobs_account>","operation":"image_to_video","prompt":"x","model":"v6",
            "inputs":[{"asset_id":"<parent>","relation":"SOURCE_IMAGE"}]}"#,
    ),
    theirs("get_generation", "generation", ""),
    theirs("cancel_generation", "generation", ""),
    // Bob's own, which are the same media as ann's.
    own("get_account", "bobs_account"),
    own("get_reconciliation", "bobs_account"),
    own("get_run", "bobs_run"),
    own("list_run_items", "bobs_run"),
    own("get_asset", "bobs_asset"),
    own("list_observations", "bobs_asset"),
    own("explain_asset", "bobs_asset"),
    own("explain_asset", "bobs_other"),
    own("get_lineage", "bobs_asset"),
    own("get_drift", "bobs_finding"),
    own("get_generation", "bobs_generation"),
    his(200, "resolve_drift", "bobs_finding", r#"{"action":"accept","reason":"mine"}"#),
    his(200, "hand_in_pages", "bobs_account", r#"[{"video_id":5,"video_status":7}]"#),
    his(202, "verify_links", "bobs_account", r#"{"all":true}"#),
    his(201, "add_edge", "bobs_asset", r#"{"parent_id":"<bobs_other>","relation":"INPUT"}"#),
    // Ann has said the same of the same two.
    his(201, "add_edge", "bobs_other", r#"{"parent_id":"<bobs_parent>","relation":"INPUT"}"#),
    Row { status: 204, ..row("remove_edge", Writer, "bobs_other", "?parent_id=<bobs_parent>", "") },
    his(200, "merge_assets", "bobs_asset", r#"{"other_id":"<bobs_other>"}"#),
    his(200, "unmerge_asset", "bobs_asset", ""),
    his(204, "remove_asset", "bobs_asset", ""),
    his(200, "restore_asset", "bobs_asset", ""),
    his(409, "replay_run", "bobs_run", ""),
    his(204, "delete_account", "bobs_account", ""),
];
