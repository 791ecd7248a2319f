//! `GET /assets/counts`: how many assets there are of each kind. Every number is counted, none is estimated, so the
//! answer costs one row read an asset: it is for a page's head, not for polling.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::core::api::found::end;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::row::row;
use crate::core::sql::assets as sql;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

row! {
    struct CountRow {
        media_type: String,
        origin: String,
        status: String,
        lineage: String,
        attention: i64,
        removed: i64,
        missing: i64,
        count: u64,
    }
}

/// The totals. The gallery is what was seen itself and is not removed; stubs and removed assets are counted apart.
#[derive(Default, Serialize)]
struct Counts {
    total: u64,
    by_media_type: BTreeMap<String, BTreeMap<String, u64>>,
    by_status: BTreeMap<String, u64>,
    by_lineage: BTreeMap<String, u64>,
    needs_attention: u64,
    missing: u64,
    stubs: u64,
    removed: u64,
}

impl Counts {
    fn add(&mut self, row: &CountRow) {
        if row.removed == 1 {
            self.removed += row.count;
        } else if row.origin == "referenced" {
            self.stubs += row.count;
        } else {
            self.add_shown(row);
        }
    }

    fn add_shown(&mut self, row: &CountRow) {
        self.total += row.count;
        let by_origin = self.by_media_type.entry(row.media_type.clone()).or_default();
        *by_origin.entry(row.origin.clone()).or_default() += row.count;
        *self.by_status.entry(row.status.clone()).or_default() += row.count;
        *self.by_lineage.entry(row.lineage.clone()).or_default() += row.count;
        self.needs_attention += if row.attention == 1 { row.count } else { 0 };
        self.missing += if row.missing == 1 { row.count } else { 0 };
    }
}

/// Answers with the totals.
#[must_use]
pub fn counts(call: Call, _now: NowMs) -> Step<Response> {
    Step::read(vec![sql::count_assets(call.owner.id)], move |rows, _| end(render(&call, &rows)))
}

fn render(call: &Call, rows: &[Rows]) -> Result<Response, BadRows> {
    let mut counts = Counts::default();
    for row in rows_at(rows, 0)?.parse::<CountRow>()? {
        counts.add(&row);
    }
    let rows_read = counts.total + counts.stubs + counts.removed;
    let mut body = serde_json::to_value(&counts).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        members.insert("cost".to_owned(), json!({ "rows_read": rows_read }));
    }
    Ok(Response::json(200, &body).with_etag(call.header("if-none-match")))
}
