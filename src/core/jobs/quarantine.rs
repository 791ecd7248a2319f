//! Puts the rows of a page that cannot be read into quarantine. Reading them again is left to `replay`.

use serde_json::{Value, json};

use crate::core::ids::mint;
use crate::core::jobs::read_row::{Place, Unreadable};
use crate::core::jobs::row::JobRow;
use crate::core::sql::quarantine::insert_quarantine;
use crate::core::statement::Statement;

/// The statements that keep them; none when every row can be read.
#[must_use]
pub fn quarantine(job: &JobRow, place: &Place, rows: &[&Unreadable]) -> Vec<Statement> {
    let listing = place.listing.name();
    let about = format!("{}\n{}\n{listing}", job.owner, place.seen.1);
    let kept: Vec<Value> = rows
        .iter()
        .map(|row| {
            // The id is the payload's, so that the same row is in quarantine once however often an account lists it.
            json!({
                "id": mint("qua_", 0, &format!("{about}\n{}\n{}", row.reason, row.key)),
                "account": job.account,
                "job": job.id,
                "provider_id": place.provider_id,
                "api": place.api.as_str(),
                "media_type": place.listing.media_type.as_str(),
                "listing": listing,
                "feed": place.seen.0.as_str(),
                "identity": place.seen.1,
                "seen_ms": place.seen.3,
                "reason": row.reason,
                "detail": row.detail,
                "payload": row.payload,
            })
        })
        .collect();
    insert_quarantine(job.owner, &kept)
}
