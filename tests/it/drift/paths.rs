//! Evidence says where: every observation that a finding names is stored, and every path of it leads to something there.

use driftline::core::media::{Feed, MediaType, Operation};
use serde_json::{Value, json};

use super::harness::{finding, library, record, scan, show, still_input};
use crate::library::{ACCOUNT, Library, clip, clip_from, extended, still};

/// What stands at a JSON path; null where nothing does.
pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    let mut found = value;
    for step in path.strip_prefix('$').unwrap().split(['.', '[']).filter(|step| !step.is_empty()) {
        found = match step.strip_suffix(']') {
            Some(index) => &found[index.parse::<usize>().unwrap()],
            None => &found[step],
        };
    }
    found
}

/// Every entry of a finding's evidence that names an observation.
fn entries(evidence: &Value) -> Vec<&Value> {
    match evidence {
        Value::Object(members) if members.contains_key("observation") => vec![evidence],
        Value::Object(members) => members.values().flat_map(entries).collect(),
        Value::Array(items) => items.iter().flat_map(entries).collect(),
        _ => Vec::new(),
    }
}

fn stored(library: &Library, entry: &Value) -> Value {
    let rows = library.db.query("SELECT root, digest, payload FROM observations");
    let own = rows.iter().find(|row| row["root"] == entry["alias"] && row["digest"] == entry["observation"]);
    let payload = own.unwrap_or_else(|| panic!("no such observation: {entry}"))["payload"].as_str().unwrap();
    serde_json::from_str(payload).unwrap()
}

fn paths_of(entry: &Value) -> Vec<String> {
    let sources = entry["source_paths"].as_array().into_iter().flatten();
    let lists = sources.chain(Some(&entry["paths"])).filter_map(Value::as_array);
    lists.flatten().map(|path| path.as_str().unwrap().to_owned()).collect()
}

/// Looks up every path of every open finding in the payload that it is said of.
pub fn assert_evidence_stands(library: &mut Library) {
    let listed = library.ok("/drift?limit=200");
    for found in listed["items"].as_array().unwrap() {
        for entry in entries(&found["evidence"]) {
            let (payload, paths) = (stored(library, entry), paths_of(entry));
            // What was done follows from what a row without a mode leaves out.
            let is_left_out = entry["field"] == "operation" && payload.get("create_mode").is_none();
            assert_eq!(paths.is_empty(), is_left_out, "nothing says where: {entry} of {found}");
            for path in paths {
                assert!(!at(&payload, &path).is_null(), "nothing stands at {path}: {entry} of {found}");
            }
        }
    }
}

/// Feed and paths of each entry, and what stands there.
fn said(library: &Library, says: &Value) -> Vec<(String, Vec<String>, Vec<Value>)> {
    let entries = says.as_array().unwrap().iter();
    entries
        .map(|entry| {
            let (payload, paths) = (stored(library, entry), paths_of(entry));
            let values = paths.iter().map(|path| at(&payload, path).clone()).collect();
            (entry["feed"].as_str().unwrap().to_owned(), paths, values)
        })
        .collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_field_is_told_with_where_each_side_says_it() {
    let mut library = library();
    show(&mut library, Feed::Generation, &[record(1, Operation::TextToVideo, "Clip number 1", &[])]);
    let mut listed = clip(1, 1);
    listed["quality"] = json!("1080p");
    library.now += 1;
    show(&mut library, Feed::Listing, &[listed]);
    let shown = finding(&mut library, "field_disagrees");
    assert_eq!(shown["part"], "settings.quality");
    let expected = [
        ("generation".to_owned(), texts(&["$.parameters.quality"]), vec![json!("720p")]),
        ("listing".to_owned(), texts(&["$.quality"]), vec![json!("1080p")]),
    ];
    assert_eq!(said(&library, &shown["evidence"]["says"]), expected);
}

#[test]
fn a_size_is_told_with_both_of_its_members() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    let mut detail = clip(1, 1);
    detail["output_height"] = json!(720);
    library.now += 1;
    show(&mut library, Feed::Detail, &[detail]);
    let shown = finding(&mut library, "field_disagrees");
    let (_, paths, values) = said(&library, &shown["evidence"]["says"]).remove(0);
    assert_eq!(paths, ["$.output_width", "$.output_height"]);
    assert_eq!(json!(values), shown["evidence"]["says"][0]["value"]);
}

#[test]
fn a_source_list_is_told_with_where_each_source_stands() {
    let mut library = library();
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Image, &[still(1_001), still(1_002)]);
    show(
        &mut library,
        Feed::Generation,
        &[record(1, Operation::ImageToVideo, "Clip number 1", &[still_input(1_001)])],
    );
    library.now += 1;
    show(&mut library, Feed::Generation, &[clip_from(1, "pixverse/i2i/ori/1002.png")]);
    let shown = finding(&mut library, "lineage_disagrees");
    let lists = shown["evidence"]["lists"].as_array().unwrap();
    let by_record = |list: &&Value| list["said_by"][0]["request_record"] == true;
    let (asked, told) =
        (lists.iter().find(by_record).unwrap(), lists.iter().find(|one| !by_record(one)).unwrap());
    assert_eq!(
        asked["said_by"][0]["source_paths"],
        json!([["$.inputs[0].url", "$.inputs[0].relation", "$.inputs[0].aliases"]])
    );
    assert_eq!(told["said_by"][0]["source_paths"], json!([["$.customer_paths.customer_img_path"]]));
    let (_, _, values) = said(&library, &told["said_by"]).remove(0);
    assert_eq!(values, [json!("pixverse/i2i/ori/1002.png")]);
}

#[test]
fn a_missing_source_is_told_with_the_mode_that_asks_for_it() {
    let mut library = library();
    let mut bare = clip(1, 1);
    bare["create_mode"] = json!("i2v");
    bare["customer_paths"] = json!({ "customer_img_path": "default.png" });
    show(&mut library, Feed::Listing, &[bare]);
    let shown = finding(&mut library, "lineage_missing");
    let (_, paths, values) = said(&library, &shown["evidence"]["said_by"]).remove(0);
    assert_eq!((paths, values), (texts(&["$.create_mode"]), vec![json!("i2v")]));
    assert_eq!(
        shown["evidence"]["said_by"][0]["warnings"],
        json!([{ "code": "unusable_source", "path": "$.customer_paths.customer_img_path" },
               { "code": "source_missing", "path": "$" }])
    );
}

#[test]
fn a_contested_alias_is_told_with_where_both_sides_claim_it() {
    let mut library = library();
    let mut copy = clip(2, 1);
    copy["url"] = Value::Null;
    copy["video_path"] = json!("pixverse/mp4/media/web/ori/1.mp4");
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    library.now += 1;
    show(&mut library, Feed::Listing, &[copy]);
    let told = |library: &mut Library| -> Vec<Value> {
        let shown = finding(library, "identity_conflict");
        let claims = shown["evidence"]["claimed_by"].as_array().unwrap().iter();
        claims.map(|claim| json!([claim["alias"], claim["said_by"][0]["paths"]])).collect()
    };
    let expected = [
        json!(["id:pixverse:library:video:created:1", ["$.url"]]),
        json!(["id:pixverse:library:video:created:2", ["$.video_path"]]),
    ];
    assert_eq!(told(&mut library), expected, "while ingesting the second, the first is read too");
    library.db.execute("DELETE FROM drift");
    scan(&mut library, &json!({}));
    assert_eq!(told(&mut library), expected, "by a scan");
}

#[test]
fn a_status_is_told_with_where_it_stands() {
    let mut library = library();
    let mut odd = clip(1, 1);
    odd["video_status"] = json!(42);
    show(&mut library, Feed::Listing, &[odd]);
    let shown = finding(&mut library, "status_unknown");
    let expected = [("listing".to_owned(), texts(&["$.video_status"]), vec![json!(42)])];
    assert_eq!(said(&library, &shown["evidence"]["says"]), expected);
}

#[test]
fn what_a_row_should_be_is_told_with_who_says_so() {
    let mut library = library();
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Video, &[clip(1, 1), extended(2, 1)]);
    library.db.execute(
        "UPDATE assets SET status = 'failed', fields = json_set(fields, '$.prompts', json('[\"?\"]'))
          WHERE provider_asset_id = '1'",
    );
    library.db.execute("DELETE FROM edges WHERE child LIKE '%:created:2'");
    scan(&mut library, &json!({}));
    let rows =
        library.db.query("SELECT part, evidence FROM drift WHERE kind = 'recompute_differs' ORDER BY part");
    let says = |at: usize| -> Value {
        let evidence: Value = serde_json::from_str(rows[at]["evidence"].as_str().unwrap()).unwrap();
        let says = evidence["says"].as_array().unwrap().iter();
        says.map(|one| json!([one["field"], one["paths"], one["source_paths"]])).collect()
    };
    assert_eq!(says(0), json!([[null, null, [["$.customer_paths.original_video_id"]]]]), "edges");
    assert_eq!(
        says(1),
        json!([["status", ["$.video_status"], null], ["fields.prompts", ["$.prompt"], null]]),
        "row"
    );
}
