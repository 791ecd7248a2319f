//! The OpenAPI document says what the service does: every route, every shape, every problem code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use driftline::core::api::docs::{CODES, policy, render_page};
use driftline::core::api::request::Method;
use driftline::core::api::routes::{ROUTES, Route};
use driftline::core::media::MediaType;
use serde_json::{Map, Value, json};

use crate::accounts::edge::{Edge, PLAIN, Pixverse};
use crate::generate::plain;
use crate::library::{Library, clip, clip_from, still};
use crate::shelf::Shelf;
use crate::worker::{ACCOUNT, OPEN, Worker};

/// The document as it is served.
const DOCUMENT: &str = include_str!("../../web/static/openapi.json");

fn document() -> Value {
    serde_json::from_str(DOCUMENT).expect("the document is JSON")
}

fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().copied().flatten()
}

fn verb(method: Method) -> String {
    format!("{method:?}").to_lowercase()
}

/// Every operation of the document, by method and path.
fn operations(document: &Value) -> BTreeMap<(String, String), &Value> {
    let paths = document["paths"].as_object().expect("paths");
    let each = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path item");
        item.iter().map(move |(method, operation)| ((method.clone(), path.clone()), operation))
    });
    each.collect()
}

fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(target) => document.pointer(target.trim_start_matches('#')).expect(target),
        None => value,
    }
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let document = document();
    let told: BTreeMap<_, _> = operations(&document)
        .into_iter()
        .map(|(at, operation)| (at, (operation["operationId"].clone(), operation["summary"].clone())))
        .collect();
    let served: BTreeMap<_, _> = routes()
        .map(|route| {
            let at = (verb(route.method), route.path.to_owned());
            (at, (json!(route.operation_id), json!(route.summary)))
        })
        .collect();
    assert_eq!(told, served);
    let ids: BTreeSet<&str> = routes().map(|route| route.operation_id).collect();
    assert_eq!(ids.len(), served.len(), "operation ids are unique");
    assert!(ids.iter().all(|id| id.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase())));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document();
    let mut used = BTreeSet::new();
    walk(&document, &mut |members| {
        let Some(target) = members.get("$ref").and_then(Value::as_str) else { return };
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
        used.insert(target.to_owned());
    });
    for (kind, components) in document["components"].as_object().unwrap() {
        for name in components.as_object().unwrap().keys().filter(|_| kind != "securitySchemes") {
            assert!(used.contains(&format!("#/components/{kind}/{name}")), "nothing uses {kind}/{name}");
        }
    }
}

fn walk(value: &Value, see: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            see(members);
            members.values().for_each(|member| walk(member, see));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        _ => {}
    }
}

#[test]
fn every_operation_shows_an_answer_and_a_refusal() {
    let document = document();
    for (at, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap();
        let is_shown = |(status, answer): (&String, &Value)| match status.as_str() {
            "204" => true,
            status if status.starts_with('2') => content(&document, answer, "").is_some(),
            _ => false,
        };
        assert!(answers.iter().any(is_shown), "{at:?} shows no answer");
        let is_refusal = |(status, answer): (&String, &Value)| {
            status.starts_with('4') && content(&document, answer, "application/problem+json").is_some()
        };
        assert!(answers.iter().any(is_refusal), "{at:?} shows no refusal");
    }
}

/// The schema and the example of a response or a request body.
fn content<'a>(document: &'a Value, answer: &'a Value, kind: &str) -> Option<(&'a Value, &'a Value)> {
    let contents = followed(document, answer)["content"].as_object()?;
    let (_, content) = contents.iter().find(|(name, _)| name.starts_with(kind))?;
    let example = content.get("example").or_else(|| {
        let named = content["examples"].as_object()?.values().next()?;
        followed(document, named).get("value")
    });
    Some((content.get("schema")?, example?))
}

#[test]
fn every_member_of_a_path_is_declared() {
    let document = document();
    for (at, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let declared: BTreeSet<String> = parameters
            .iter()
            .map(|parameter| followed(&document, parameter))
            .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        let named: BTreeSet<String> = at.1.split('/').filter_map(member).collect();
        assert_eq!(declared, named, "{at:?}");
    }
}

fn member(part: &str) -> Option<String> {
    Some(part.strip_prefix('{')?.strip_suffix('}')?.to_owned())
}

#[test]
fn every_example_fits_its_schema() {
    let document = document();
    for (at, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap().values();
        for one in answers.chain(operation.get("requestBody")) {
            let Some((schema, example)) = content(&document, one, "") else { continue };
            assert_eq!(misfit(&document, schema, example, "$"), None, "{at:?}");
        }
    }
}

/// Where a value departs from a schema, of the words that this document uses. Members that the schema does not name
/// depart too: an answer must not hold more than is told.
fn misfit(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = followed(document, schema);
    if let Some(choices) = schema["anyOf"].as_array() {
        let misfits: Vec<_> = choices.iter().map(|one| misfit(document, one, value, at)).collect();
        return misfits.iter().all(Option::is_some).then(|| format!("{misfits:?}"));
    }
    let types = match &schema["type"] {
        Value::Null => return None,
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    if !types.iter().filter_map(Value::as_str).any(|word| is_of_type(word, value)) {
        return Some(format!("{at}: {value} is not {types:?}"));
    }
    let is_listed = schema["enum"].as_array().is_none_or(|words| words.contains(value));
    if !is_listed || schema.get("const").is_some_and(|only| only != value) {
        return Some(format!("{at}: {value} is not among {}", schema["enum"]));
    }
    match value {
        Value::Object(members) => misfit_of_members(document, schema, members, at),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(n, item)| misfit(document, &schema["items"], item, &format!("{at}[{n}]")))
        }
        _ => None,
    }
}

fn misfit_of_members(
    document: &Value,
    schema: &Value,
    members: &Map<String, Value>,
    at: &str,
) -> Option<String> {
    let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(name) = required.find(|name| !members.contains_key(*name)) {
        return Some(format!("{at} lacks {name}"));
    }
    let is_open = schema.get("properties").is_none();
    members.iter().find_map(|(name, value)| {
        let further = schema.get("additionalProperties").filter(|further| **further != json!(false));
        match schema["properties"].get(name).or(further) {
            Some(schema) => misfit(document, schema, value, &format!("{at}.{name}")),
            None if is_open => None,
            None => Some(format!("{at} has {name}")),
        }
    })
}

fn is_of_type(word: &str, value: &Value) -> bool {
    match word {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}

/// Holds an answer to what the document tells of the operation.
pub fn assert_told(operation_id: &str, status: u16, body: &Value) {
    let document = document();
    let operations = operations(&document);
    let operation = operations.values().find(|one| one["operationId"] == operation_id).expect(operation_id);
    let answer = &operation["responses"][status.to_string()];
    let (schema, _) = content(&document, answer, "").unwrap_or_else(|| panic!("{operation_id} {status}"));
    assert_eq!(misfit(&document, schema, body, "$"), None, "{operation_id}: {body}");
}

#[test]
fn the_inventory_answers_as_told() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(101, 3), clip_from(104, "pixverse/i2i/ori/201.png")]);
    library.import(1, MediaType::Image, &[still(201)]);
    let (child, parent) = (library.id_of("104"), library.id_of("101"));
    for (operation_id, path) in [
        ("list_assets", "/assets".to_owned()),
        ("count_assets", "/assets/counts".to_owned()),
        ("get_asset", format!("/assets/{child}")),
        ("list_observations", format!("/assets/{child}/observations")),
        ("explain_asset", format!("/assets/{child}/explain")),
        ("get_lineage", format!("/assets/{child}/lineage")),
        ("list_quarantine", "/quarantine".to_owned()),
        ("list_schemas", "/schemas".to_owned()),
        ("get_digest", "/digest".to_owned()),
        ("list_runs", "/runs".to_owned()),
        ("list_drift", "/drift".to_owned()),
        ("get_drift_report", "/drift/report".to_owned()),
    ] {
        assert_told(operation_id, 200, &library.ok(&path));
    }
    let mut post = |operation_id: &str, path: String, body: Value| {
        let answer = library.request("one", Method::Post, &path, &body, &[]);
        assert_told(operation_id, answer.status, &answer.body);
    };
    post("add_edge", format!("/assets/{child}/edges"), json!({ "parent_id": parent, "relation": "INPUT" }));
    post("restore_asset", format!("/assets/{child}/restore"), Value::Null);
    post("refresh_lineage", "/lineage/refresh".to_owned(), json!({ "asset_ids": [child] }));
    let all = json!({ "provider_id": "pixverse", "scope": "current_user" });
    post("refresh_lineage", "/lineage/refresh".to_owned(), all);
    post("scan_drift", "/drift/scan".to_owned(), json!({ "kinds": ["status_stuck"] }));
    post("scan_drift", "/drift/scan".to_owned(), json!({ "kinds": ["rumour"] }));
    post("replay_quarantine", "/quarantine/replay".to_owned(), json!({ "all": true }));
    let mut reextract = || library.request("one", Method::Post, "/observations/reextract", &Value::Null, &[]);
    let job = reextract();
    assert_told("reextract_observations", job.status, &job.body);
    let path = format!("/jobs/{}", job.body["id"].as_str().unwrap());
    assert_told("get_job", 200, &library.ok(&path));
    library.import(1, MediaType::Video, &[clip(105, 1)]);
    library.now += 1;
    let (child, other) = (library.id_of("104"), library.id_of("105"));
    let mut post = |operation_id: &str, path: String, body: Value| {
        library.now += 1;
        let answer = library.request("one", Method::Post, &path, &body, &[]);
        assert_told(operation_id, answer.status, &answer.body);
    };
    post("merge_assets", format!("/assets/{child}/merge"), json!({ "other_id": other }));
    post("unmerge_asset", format!("/assets/{child}/unmerge"), Value::Null);
    for id in [&child, &parent] {
        assert_told("explain_asset", 200, &library.ok(&format!("/assets/{id}/explain")));
    }
    let unknown = library.get("/assets/ast_none");
    assert_told("get_asset", 404, &unknown.body);
}

#[test]
fn findings_answer_as_told() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip_from(101, ""), clip(102, 1)]);
    let listed = library.ok("/drift");
    assert_told("list_drift", 200, &listed);
    let path = format!("/drift/{}", listed["items"][0]["id"].as_str().unwrap());
    assert_told("get_drift", 200, &library.ok(&path));
    assert_told("get_drift_report", 200, &library.ok("/drift/report"));
    for (body, status) in [
        (json!({ "action": "apply" }), 409),
        (json!({ "action": "accept", "reason": "made elsewhere" }), 200),
        (json!({ "action": "accept" }), 422),
    ] {
        let answer = library.request("one", Method::Post, &format!("{path}/resolve"), &body, &[]);
        assert_eq!(answer.status, status);
        assert_told("resolve_drift", status, &answer.body);
    }
    assert_told("list_drift", 200, &library.ok("/drift?state=accepted"));
    let scan = library.request("one", Method::Post, "/drift/scan", &json!({}), &[]);
    assert_told(
        "get_drift_scan",
        200,
        &library.ok(scan.headers["location"].strip_prefix("/api/v1").unwrap()),
    );
    assert_told("get_drift_report", 200, &library.ok("/drift/report"));
}

#[test]
fn accounts_tokens_and_runs_answer_as_told() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&format!("{PLAIN}-key"), 7));
    let mut told = |operation_id: &str, method: Method, path: &str, body: Value| {
        let answer = edge.ask(&mut pixverse, method, path, body);
        assert_told(operation_id, answer.status, &answer.body);
        answer.body
    };
    let credential = json!({ "type": "access_key", "value": format!("{PLAIN}-key") });
    let body = json!({ "provider_id": "pixverse", "credential": credential });
    let account = told("create_account", Method::Post, "/api/v1/accounts", body);
    let id = account["id"].as_str().unwrap();
    told("list_accounts", Method::Get, "/api/v1/accounts", Value::Null);
    told("get_account", Method::Get, &format!("/api/v1/accounts/{id}"), Value::Null);
    told("update_account", Method::Patch, &format!("/api/v1/accounts/{id}"), json!({ "label": "x" }));
    told("check_account", Method::Post, &format!("/api/v1/accounts/{id}/check"), Value::Null);
    let flow = json!({ "provider_id": "pixverse" });
    let flow = told("start_connection", Method::Post, "/api/v1/accounts/connect", flow);
    let path = format!("/api/v1/accounts/connect/{}", flow["id"].as_str().unwrap());
    told("get_connection", Method::Get, &path, Value::Null);
    told("create_token", Method::Post, "/api/v1/tokens", json!({ "name": "x" }));
    told("list_tokens", Method::Get, "/api/v1/tokens", Value::Null);
    told("list_providers", Method::Get, "/api/v1/providers", Value::Null);
    told("list_operations", Method::Get, "/api/v1/operations", Value::Null);
    let sync = format!("/api/v1/providers/pixverse/accounts/{id}/sync-assets");
    let run = told("sync_assets", Method::Post, &sync, json!({}));
    let run = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
    told("get_run", Method::Get, &run, Value::Null);
    told("list_run_items", Method::Get, &format!("{run}/items"), Value::Null);
    told("cancel_run", Method::Post, &format!("{run}/cancel"), Value::Null);
    told("list_runs", Method::Get, "/api/v1/runs", Value::Null);
    told("create_token", Method::Post, "/api/v1/tokens", json!({}));
    let payload = json!({ "video_id": 1, "create_mode": "i2v", "customer_img_path": "upload/a.png" });
    let body = json!({ "provider_id": "pixverse", "media_type": "video", "payload": payload });
    told("inspect", Method::Post, "/api/v1/inspect", body);
}

#[test]
fn generations_answer_as_told() {
    let mut worker = Worker::new(Shelf::default());
    let wrong = worker.ask(Method::Post, "/generations", json!({ "account_id": ACCOUNT }));
    assert_told("create_generation", wrong.status, &wrong.body);
    let file = json!({ "url": "https://img.example.com/a.png", "media_type": "image" });
    for status in [201, 200] {
        let upload = worker.ask(Method::Post, &format!("/accounts/{ACCOUNT}/uploads"), file.clone());
        assert_eq!(upload.status, status);
        assert_told("upload_file", upload.status, &upload.body);
    }
    let made = worker.ask(Method::Post, "/generations", plain());
    assert_told("create_generation", 202, &made.body);
    let path = format!("/generations/{}", made.body["id"].as_str().unwrap());
    worker.settle();
    assert_told("get_generation", 200, &worker.get(&path));
    assert_told("list_generations", 200, &worker.get("/generations"));
    let over = worker.ask(Method::Post, &format!("{path}/cancel"), Value::Null);
    assert_told("cancel_generation", over.status, &over.body);
    let made = worker.ask(Method::Post, "/generations", plain());
    let path = format!("/generations/{}/cancel", made.body["id"].as_str().unwrap());
    let cancelled = worker.ask(Method::Post, &path, Value::Null);
    assert_told("cancel_generation", 200, &cancelled.body);
    assert_told("get_account", 200, &worker.get(&format!("/accounts/{OPEN}")));
}

#[test]
fn the_page_lists_every_operation_and_loads_nothing() {
    let page = render_page();
    for route in routes() {
        assert!(page.contains(&format!("id=\"{}\"", route.operation_id)), "{}", route.operation_id);
    }
    for (code, _) in CODES {
        assert!(page.contains(&format!("id=\"{code}\"")));
    }
    assert!(!page.contains("http") && !page.contains("<script"));
    assert!(policy().starts_with("default-src 'none'; style-src 'sha256-"));
}

/// `UPDATE_DOCS=1 cargo test --test it openapi` renders them again.
#[test]
fn the_served_page_and_its_policy_are_the_rendered_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/static");
    let headers =
        format!("/docs\n  Content-Security-Policy: {}\n  X-Content-Type-Options: nosniff\n", policy());
    for (name, text) in [("docs.html", render_page()), ("_headers", headers)] {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(folder.join(name), &text).unwrap();
        }
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), text, "{name} is not as rendered");
    }
}

#[test]
fn every_problem_code_is_explained_and_none_is_made_up() {
    let mut sources = String::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for start in ["Problem::new(", "Self::new("] {
        used.extend(sources.split(start).skip(1).filter_map(code_of_problem));
    }
    for file in ["src/core/error.rs", "src/edge/halt.rs"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let codes = text.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
        used.extend(codes.map(|code| sources.split('"').find(|text| *text == code).unwrap()));
    }
    let told: BTreeSet<&str> = CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(used.difference(&told).collect::<Vec<_>>(), Vec::<&&str>::new(), "not in docs::CODES");
    for code in told {
        assert!(sources.matches(&format!("\"{code}\"")).count() > 1, "nothing answers {code}");
    }
    assert!(CODES.is_sorted(), "the codes stand in order");
}

/// The literal code behind `Problem::new(<status>, `; what is no literal is told by its own tests.
fn code_of_problem(rest: &str) -> Option<&str> {
    let (status, rest) = rest.split_once(',')?;
    status.trim().parse::<u16>().ok()?;
    rest.trim_start().strip_prefix('"')?.split('"').next()
}

fn collect(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, text);
        } else {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
