//! `GET /assets`, `/assets/counts`, `/assets/{id}`, `/observations`: what is shown, and to whom.

use driftline::core::api::request::Method;
use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use crate::library::{ACCOUNT, Library, clip, clip_from, extended, still};

fn ids(body: &Value) -> Vec<String> {
    let items = body["items"].as_array().expect("items are a list");
    items.iter().map(|item| item["provider_asset_id"].as_str().unwrap_or("stub").to_owned()).collect()
}

fn stocked() -> Library {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(101, 3), clip(102, 2), clip(103, 1)]);
    library.import(1, MediaType::Image, &[still(201)]);
    library.import(1, MediaType::Video, &[clip_from(104, "pixverse/i2i/ori/201.png")]);
    library.import(1, MediaType::Video, &[clip_from(105, "upload/lost.png")]);
    library.import(2, MediaType::Video, &[clip(900, 1)]);
    library
}

#[test]
fn pages_are_newest_first_and_lead_to_the_end_without_doubles() {
    let mut library = stocked();
    let whole = ids(&library.ok("/assets"));
    assert_eq!(whole.len(), 6);
    let mut walked = Vec::new();
    let mut target = "/assets?limit=2".to_owned();
    loop {
        let answer = library.get(&target);
        walked.extend(ids(&answer.body));
        let Some(cursor) = answer.body["next_cursor"].as_str() else {
            assert_eq!(answer.body["scan_complete"], true);
            assert!(!answer.headers.contains_key("link"));
            break;
        };
        assert!(answer.headers["link"].starts_with("</api/v1/assets?limit=2&cursor="));
        target = format!("/assets?limit=2&cursor={cursor}");
    }
    assert_eq!(walked, whole);
}

#[test]
fn filters_show_what_they_name() {
    let mut library = stocked();
    for (query, expect) in [
        ("media_type=image", vec!["201"]),
        ("account_id=acc_one&media_type=image", vec!["201"]),
        ("created_after=2026-09-27T08:00:00Z&operation=text_to_video", vec!["103"]),
        ("created_before=2026-09-26T08:00:00Z", vec!["101"]),
        ("text=NUMBER%20102", vec!["102"]),
        ("status=failed", vec![]),
        ("operation=image_to_video&text=104", vec!["104"]),
        ("feed=pushed", vec![]),
        ("making=uploaded", vec![]),
        ("origin=generated", vec![]),
        ("origin=referenced", vec!["stub"]),
        ("removed=true", vec![]),
    ] {
        assert_eq!(ids(&library.ok(&format!("/assets?{query}"))), expect, "{query}");
    }
    assert_eq!(ids(&library.ok("/assets?feed=listing&origin=synced&provider_id=pixverse")).len(), 6);
    assert_eq!(ids(&library.ok("/assets?lineage=none_expected")).len(), 4);
    assert_eq!(ids(&library.ok("/assets?account_id=acc_one")).len(), 6);
}

#[test]
fn lineage_that_needs_attention_is_listed() {
    let mut library = stocked();
    let mut lost = clip(106, 4);
    lost["create_mode"] = "i2v".into();
    lost["customer_paths"] = json!({ "customer_img_path": "" });
    lost["img_id"] = json!(0);
    lost["create_mode"] = "extend".into();
    library.import(1, MediaType::Video, &[lost]);
    assert_eq!(ids(&library.ok("/assets?lineage=needs_attention")), ["106"]);
    assert_eq!(ids(&library.ok("/assets?lineage=unresolved")), ["106"]);
    assert_eq!(ids(&library.ok("/assets?lineage=partial")), Vec::<String>::new());
}

#[test]
fn odd_queries_are_refused_by_name() {
    let mut library = stocked();
    for (query, parameter) in [
        ("colour=red", "colour"),
        ("media_type=film", "media_type"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("created_after=yesterday", "created_after"),
        ("cursor=%25", "cursor"),
        ("account_id=acc_two", "account_id"),
        ("lineage=bad", "lineage"),
    ] {
        let answer = library.get(&format!("/assets?{query}"));
        assert_eq!((answer.status, &answer.body["parameter"]), (422, &json!(parameter)), "{}", answer.body);
    }
}

#[test]
fn a_scan_that_finds_little_says_how_far_it_looked() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 5)]);
    library.db.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
         INSERT INTO assets SELECT owner, 'ast_' || printf('%026d', i), 'id:x:' || i, '[\"id:x:' || i || '\"]', 1,
                provider_id, api, media_type, making, 'x' || i, status, operation, origin, account,
                created_ms + i, lineage, evidence, attention, shown, removed, missing_ms, source_generation_id, fields
           FROM assets, n;",
    );
    library.db.execute("UPDATE assets SET status = 'failed' WHERE provider_asset_id IN ('x1', 'x5999')");
    let first = library.ok("/assets?status=failed");
    assert_eq!(ids(&first), ["x5999"]);
    assert_eq!(first["scan_complete"], false);
    assert_eq!(first["scanned_until"], "2026-09-23T08:00:01.001Z");
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = library.ok(&format!("/assets?status=failed&cursor={cursor}"));
    assert_eq!(ids(&second), ["x1"]);
    assert_eq!((&second["scan_complete"], &second["next_cursor"]), (&json!(true), &Value::Null));
    library.db.execute("UPDATE assets SET operation = NULL, account = NULL");
    let nowhere = library.ok("/assets?operation=text_to_video");
    assert_eq!((ids(&nowhere), &nowhere["scan_complete"]), (vec![], &json!(false)));
    // An index alone finds its page however many rows there are.
    assert_eq!(ids(&library.ok("/assets?media_type=video&limit=200")).len(), 200);
}

#[test]
fn a_search_finds_by_any_alias() {
    let mut library = stocked();
    for query in [
        "104",
        "104.mp4",
        "https%3A%2F%2Fmedia.pixverse.ai%2Fpixverse%252Fmp4%252Fmedia%252Fweb%252Fori%252F104.mp4%3Fx%3D1",
        "pixverse/mp4/media/web/ori/104.mp4",
        "id:pixverse:library:video:created:104",
    ] {
        assert_eq!(ids(&library.ok(&format!("/assets?q={query}"))), ["104"], "{query}");
    }
    let id = library.id_of("104");
    assert_eq!(ids(&library.ok(&format!("/assets?q={id}"))), ["104"]);
    assert_eq!(ids(&library.ok("/assets?q=lost.png")), ["stub"]);
    assert_eq!(ids(&library.ok("/assets?q=104&media_type=image")), Vec::<String>::new());
    assert_eq!(ids(&library.ok("/assets?q=900")), Vec::<String>::new(), "another owner's");
    assert_eq!(ids(&library.ok("/assets?q=%27%20OR%201%3D1")), Vec::<String>::new());
}

#[test]
fn a_search_by_a_shared_file_finds_all_that_contest_it() {
    let mut library = stocked();
    let mut copy = clip(1040, 1);
    copy["url"] = clip(104, 1)["url"].clone();
    library.import(1, MediaType::Video, &[copy]);
    assert_eq!(ids(&library.ok("/assets?q=104.mp4")).len(), 2);
    let body = library.ok(&format!("/assets/{}", library.id_of("1040")));
    let key = body["aliases"].as_array().unwrap().iter().find(|alias| alias["scheme"] == "key").unwrap();
    assert_eq!((&key["kept"], &key["contested"]), (&json!(false), &json!(true)));
}

#[test]
fn counts_add_up() {
    let mut library = stocked();
    let id = library.id_of("101");
    library.request("one", Method::Delete, &format!("/assets/{id}"), &Value::Null, &[]);
    let counts = library.ok("/assets/counts");
    assert_eq!(
        counts,
        json!({
            "total": 5,
            "by_media_type": { "image": { "synced": 1 }, "video": { "synced": 4 } },
            "by_status": { "completed": 5 },
            "by_lineage": { "complete": 2, "none_expected": 3 },
            "needs_attention": 0, "missing": 0, "stubs": 1, "removed": 1,
            "cost": { "rows_read": 7 },
        })
    );
}

#[test]
fn an_asset_is_shown_whole() {
    let mut library = stocked();
    let id = library.id_of("104");
    let body = library.ok(&format!("/assets/{id}"));
    assert_eq!(body["provider_account_id"], "acc_one");
    assert_eq!(body["created_at"], "2026-09-27T08:00:00.000Z");
    assert_eq!(body["remote_url"], "https://media.pixverse.ai/pixverse/mp4/media/web/ori/104.mp4");
    assert_eq!(body["operation"], "image_to_video");
    assert_eq!(body["prompts"], json!(["Clip number 104"]));
    assert_eq!(body["source_generation_id"], Value::Null);
    assert_eq!((&body["width"], &body["duration_s"]), (&json!(640), &json!(5.0)));
    assert_eq!(
        body["lineage"],
        json!({
            "state": "complete", "reason": null, "needs_attention": false, "parents_count": 1,
            "parents_count_is_exact": true, "children_count": 0, "children_count_is_exact": true,
        })
    );
    let accounts = json!([{ "id": "acc_one", "label": "mine", "identity": "pixverse:library:77:0", "inherited": false }]);
    assert_eq!(body["accounts"], accounts);
    assert_eq!(body["feeds"], json!(["listing"]));
    assert_eq!(body["media_metadata"][0]["payload"]["video_id"], 104);
    assert_eq!(body["media_metadata_complete"], true);
    let kept: Vec<&Value> = body["aliases"].as_array().unwrap().iter().map(|alias| &alias["kept"]).collect();
    assert_eq!(kept, [true, true], "{}", body["aliases"]);
}

#[test]
fn a_known_asset_is_not_sent_again_until_it_changes() {
    let mut library = stocked();
    let target = format!("/assets/{}", library.id_of("201"));
    let first = library.get(&target);
    let etag = first.headers["etag"].clone();
    let again = library.request("one", Method::Get, &target, &Value::Null, &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.body), (304, Value::Null));
    library.import(1, MediaType::Video, &[clip_from(107, "pixverse/i2i/ori/201.png")]);
    let later = library.request("one", Method::Get, &target, &Value::Null, &[("if-none-match", &etag)]);
    assert_eq!(later.status, 200);
    assert_eq!(later.body["lineage"]["children_count"], 2);
}

#[test]
fn nobody_sees_another_owners_asset() {
    let mut library = stocked();
    let id = library.id_of("104");
    for (method, path) in [
        (Method::Get, ""),
        (Method::Get, "/lineage"),
        (Method::Get, "/observations"),
        (Method::Delete, ""),
        (Method::Post, "/restore"),
        (Method::Delete, "/edges?parent_id=ast_1"),
    ] {
        let answer = library.request("two", method, &format!("/assets/{id}{path}"), &Value::Null, &[]);
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!("not_found")), "{path}");
    }
    let theirs = library.request("two", Method::Get, "/assets", &Value::Null, &[]);
    assert_eq!(ids(&theirs.body), ["900"]);
    let counted = library.request("two", Method::Get, "/assets/counts", &Value::Null, &[]);
    assert_eq!(counted.body["total"], 1);
    assert_eq!(library.request("none", Method::Get, "/assets", &Value::Null, &[]).status, 401);
}

#[test]
fn observations_come_page_by_page() {
    let mut library = stocked();
    for step in 0..4 {
        let mut seen = clip(102, 2);
        seen["video_status"] = json!(5);
        seen["style"] = json!(format!("style {step}"));
        library.now += 1_000;
        library.import(1, MediaType::Video, &[seen]);
    }
    let id = library.id_of("102");
    let mut digests = Vec::new();
    let mut target = format!("/assets/{id}/observations?limit=2");
    loop {
        let body = library.ok(&target);
        let items = body["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        digests.extend(items.iter().map(|item| item["digest"].to_string()));
        let Some(cursor) = body["next_cursor"].as_str() else { break };
        target = format!("/assets/{id}/observations?limit=2&cursor={cursor}");
    }
    assert_eq!(digests.len(), 5);
    let body = library.ok(&format!("/assets/{id}"));
    assert_eq!(body["media_metadata"][0]["payload"]["style"], "style 3", "the latest first");
    assert_eq!(body["media_metadata"][0]["sightings"][0]["provider_account_id"], "acc_one");
}

#[test]
fn an_absorbed_id_goes_on_resolving() {
    let mut library = stocked();
    let new = library.id_of("104");
    library.db.execute(&format!(
        "INSERT INTO redirects VALUES (1, 'ast_old', 'ast_middle'), (1, 'ast_middle', '{new}'), (1, 'ast_r', 'ast_r')"
    ));
    let answer = library.get("/assets/ast_old");
    assert_eq!((answer.status, &answer.body["id"]), (200, &json!(new)));
    assert_eq!(answer.headers["content-location"], format!("/api/v1/assets/{new}"));
    assert_eq!(library.get("/assets/ast_old/lineage").body["asset_id"], json!(new));
    assert_eq!(library.get("/assets/ast_r").status, 404);
    assert!(!library.get(&format!("/assets/{new}")).headers.contains_key("content-location"));
}

#[test]
fn quarantine_is_listed_latest_first_with_what_was_received() {
    let mut library = Library::new();
    library.db.execute(
        "INSERT INTO quarantine
           (owner, id, account, job, provider_id, media_type, listing, reason, detail, payload, seen_ms, replayed_ms)
         VALUES
           (1, 'qua_1', 'pixverse:library:77:0', 'run_1', 'pixverse', 'video', 'videos', 'not_json', 'odd', '{oops', 5, NULL),
           (1, 'qua_2', 'acc_one', 'run_1', 'pixverse', 'video', 'videos', 'not_an_object', 'odd', '[1]', 6, NULL),
           (1, 'qua_4', 'acc_one', 'run_1', 'pixverse', 'video', 'videos', 'unknown_shape', 'odd', '{}', 6, 7),
           (2, 'qua_3', NULL, 'run_2', 'pixverse', 'video', 'videos', 'not_json', 'odd', 'x', 5, NULL)",
    );
    let first = library.ok("/quarantine?limit=1");
    assert_eq!(first["items"][0]["id"], "qua_2");
    assert_eq!(first["items"][0]["replayed_at"], Value::Null);
    let replayed = library.ok("/quarantine?replayed=true");
    assert_eq!(replayed["items"][0]["replayed_at"], "1970-01-01T00:00:00.007Z");
    assert_eq!(replayed["items"].as_array().unwrap().len(), 1);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = library.ok(&format!("/quarantine?limit=1&cursor={cursor}"));
    assert_eq!(second["items"][0]["payload"], "{oops");
    assert_eq!(second["items"][0]["provider_account_id"], "acc_one");
    assert_eq!(second["next_cursor"], Value::Null);
}

#[test]
fn an_extended_clip_counts_its_original() {
    let mut library = stocked();
    library.import(1, MediaType::Video, &[extended(108, 101)]);
    let body = library.ok(&format!("/assets/{}", library.id_of("101")));
    assert_eq!(body["lineage"]["children_count"], 1);
}

/// A clip of two prompts, by the library's listing and by a page that a person handed in.
fn disagreeing() -> Library {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1), clip(2, 2)]);
    let mut other = clip(1, 1);
    other["prompt"] = json!("another prompt");
    library.now += 1;
    library.see(1, Feed::Detail, ACCOUNT, MediaType::Video, &[other]);
    library
}

/// Ids of the assets that are said to be in conflict: in a page, by search, and in their own documents.
fn in_conflict(library: &mut Library) -> Vec<String> {
    let conflicting = |body: &Value| {
        let items = body["items"].as_array().expect("items are a list").iter();
        let marked = items.filter(|item| item["in_conflict"].as_bool().expect("it is told of each asset"));
        marked.map(|item| item["id"].as_str().expect("ids are text").to_owned()).collect::<Vec<_>>()
    };
    let listed = conflicting(&library.ok("/assets"));
    for number in ["1", "2"] {
        let id = library.id_of(number);
        let is_listed = listed.contains(&id);
        assert_eq!(library.ok(&format!("/assets/{id}"))["in_conflict"], is_listed, "{number}");
        assert_eq!(conflicting(&library.ok(&format!("/assets?q={id}"))).contains(&id), is_listed, "{number}");
    }
    listed
}

#[test]
fn an_asset_is_in_conflict_while_something_said_of_it_disagrees() {
    let mut library = disagreeing();
    let own = [library.id_of("1")];
    assert_eq!(in_conflict(&mut library), own);
    let [finding] =
        library.ok("/drift")["items"].as_array().expect("findings").clone().try_into().expect("one");
    assert_eq!((&finding["kind"], &finding["asset_id"]), (&json!("field_disagrees"), &json!(own[0])));
    let path = format!("/drift/{}/resolve", finding["id"].as_str().expect("an id"));
    let accepted = json!({ "action": "accept", "reason": "it was edited" });
    assert_eq!(library.request("one", Method::Post, &path, &accepted, &[]).status, 200);
    assert_eq!(in_conflict(&mut library), [""; 0], "an accepted one is no conflict");
}

#[test]
fn findings_of_other_kinds_and_other_owners_are_no_conflict() {
    let mut library = disagreeing();
    library.db.execute("UPDATE drift SET kind = 'status_stuck'");
    assert_eq!(in_conflict(&mut library), [""; 0]);
    for kind in ["field_disagrees", "identity_conflict", "lineage_disagrees"] {
        library.db.execute(&format!("UPDATE drift SET kind = '{kind}'"));
        let own = [library.id_of("1")];
        assert_eq!(in_conflict(&mut library), own, "{kind}");
    }
    library.db.execute("UPDATE drift SET owner = 2");
    assert_eq!(in_conflict(&mut library), [""; 0]);
}
