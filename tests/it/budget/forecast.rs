//! A dry run says what the import would cost, how much of the day is left, and when it would be finished.

use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use driftline::core::jobs::budget::{Allowance, day_of};
use driftline::core::sql::usage::count_rows;
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::shelf::{Shelf, clip, clip_from, small};
use crate::worker::{ACCOUNT, Worker};

/// The forecast of the last page of a dry run, on a day of which so many rows are used up.
fn forecast(worker: &mut Worker, rows: Option<i64>, written: i64) -> Value {
    let day = day_of(worker.edge.now);
    worker.edge.db.execute("DELETE FROM rows_written");
    worker.edge.db.commit(&[count_rows(day, written)]);
    let mut cursor = Value::Null;
    loop {
        let query = cursor.as_str().map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        let path = format!("/api/v1/providers/pixverse/accounts/{ACCOUNT}/sync-dry-run{query}");
        let mut request = worker.edge.request("ann", Method::Get, &path, Value::Null);
        request.platform.allowance = rows.map(|rows| Allowance { day, rows });
        let answer = worker.answer(|now| handle(request, now));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_told("sync_dry_run", 200, &answer.body);
        cursor = answer.body["next_cursor"].clone();
        if cursor.is_null() {
            return answer.body["forecast"].clone();
        }
    }
}

#[test]
fn a_dry_run_says_how_many_days_the_import_takes() {
    // 61 assets, 36 of them children of one parent each; two pages of clips, one of everything else that is there.
    let rows = 61 * 9 + 36 * (5 + 4) + 6 * 8;
    let mut worker = Worker::new(small());
    assert_eq!(forecast(&mut worker, None, 900), json!({ "rows_written": rows, "budget": null }));
    let budget = |left: i64, days: i64, ends_on: &str| json!({ "rows_a_day": 400, "rows_left_today": left, "days": days, "ends_on": ends_on });
    assert_eq!(
        forecast(&mut worker, Some(400), 0),
        json!({ "rows_written": rows, "budget": budget(400, 3, "2026-09-23") })
    );
    assert_eq!(forecast(&mut worker, Some(400), 390)["budget"], budget(10, 4, "2026-09-24"));
    assert_eq!(forecast(&mut worker, Some(400), 9_000)["budget"], budget(0, 3, "2026-09-24"));
}

#[test]
fn what_is_here_already_costs_its_pages_alone() {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    assert_eq!(forecast(&mut worker, Some(400), 0)["rows_written"], 6 * 8);
}

#[test]
fn the_first_page_speaks_for_the_rest() {
    let clips = (1..=200).map(|id| if id % 2 == 0 { clip(id) } else { clip_from(id, "upload/1.png") });
    let mut worker = Worker::new(Shelf::default().with("video/created", clips));
    let path = format!("/providers/pixverse/accounts/{ACCOUNT}/sync-dry-run");
    let first = worker.get(&path);
    assert_eq!((&first["complete"], &first["listings"][0]["compared"]), (&json!(false), &json!(50)));
    assert_eq!(first["forecast"]["rows_written"], 200 * 9 + 100 * 9 + 4 * 8);
}
