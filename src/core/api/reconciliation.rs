//! What a complete scan of an account found: there, here, only there, only here, removed by you, unreadable; and the one
//! sentence that says it.

use serde_json::{Map, Value, json};

use crate::core::api::account_view::AccountRow;
use crate::core::api::accounts::with_account;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::drift::upstream::only_there;
use crate::core::step::{NowMs, Step};

/// `GET /api/v1/accounts/{id}/reconciliation`: the last complete scan of each listing.
#[must_use]
pub fn get(call: Call, _now: NowMs) -> Step<Response> {
    with_account(call, |_, row, now| {
        let scans = complete_scans(&row);
        let listings: Vec<Value> = scans.iter().map(|(name, scan)| render_scan(name, scan)).collect();
        Step::End(Response::json(
            200,
            &json!({
                "account_id": row.id,
                "sentence": sentence(&row, now),
                "listings": listings,
                // The digest is about the whole inventory and costs a walk through it: it is taken when asked for.
                "digest": "/api/v1/digest",
            }),
        ))
    })
}

/// The listings of an account that were scanned whole and compared.
fn complete_scans(row: &AccountRow) -> Map<String, Value> {
    let scans = row.scans.as_deref().and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    let mut complete = scans.unwrap_or_default();
    complete.retain(|_, scan| scan.get("finished_ms").is_some());
    complete
}

/// A listing's counts.
#[must_use]
pub fn render_listing(name: &str, counts: &Value) -> Value {
    let number = |name: &str| counts.get(name).and_then(Value::as_u64).unwrap_or(0);
    json!({
        "listing": name,
        "there": number("there"),
        "here": number("here"),
        "only_there": only_there(counts),
        "only_here": number("only_here"),
        "removed_by_you": number("removed"),
        "unreadable": number("unreadable"),
    })
}

fn render_scan(name: &str, scan: &Value) -> Value {
    let mut listing = render_listing(name, scan);
    let time = |name: &str| scan.get(name).and_then(Value::as_i64).map(rfc3339);
    if let Value::Object(listing) = &mut listing {
        listing.insert("run_id".to_owned(), scan.get("run").cloned().unwrap_or_default());
        listing.insert("started_at".to_owned(), time("started_ms").into());
        listing.insert("finished_at".to_owned(), time("finished_ms").into());
    }
    listing
}

/// How an account stands, in one sentence; `None` before its first complete scan.
#[must_use]
pub fn sentence(row: &AccountRow, now: NowMs) -> Option<String> {
    let scans = complete_scans(row);
    let sum =
        |name: &str| scans.values().filter_map(|scan| scan.get(name).and_then(Value::as_u64)).sum::<u64>();
    let checked_ms =
        scans.values().filter_map(|scan| scan.get("finished_ms").and_then(Value::as_i64)).min()?;
    let (there, here) = (sum("there"), sum("here"));
    let counted = format!("{} of {}", grouped(here), grouped(there));
    let ago = ago(now - checked_ms);
    if here >= there {
        return Some(format!("Everything at Pixverse is here: {counted}, checked {ago}."));
    }
    let parts = [("removed by you", sum("removed")), ("unreadable", sum("unreadable"))];
    let told: u64 = parts.iter().map(|(_, count)| count).sum();
    let missing = ("not shown by its listing", there.saturating_sub(here + told));
    let rest: Vec<String> = parts
        .iter()
        .chain([&missing])
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{} {name}", grouped(*count)))
        .collect();
    Some(format!("{counted} at Pixverse are here ({}), checked {ago}.", rest.join(", ")))
}

fn ago(past_ms: i64) -> String {
    let (count, unit) = match past_ms.div_euclid(60_000) {
        ..1 => return "just now".to_owned(),
        minutes @ 1..60 => (minutes, "minute"),
        minutes @ 60..2_880 => (minutes / 60, "hour"),
        minutes => (minutes / 1_440, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// A number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        let minute = 60_000;
        for (past, text) in [
            (-5, "just now"),
            (59_999, "just now"),
            (minute, "1 minute ago"),
            (59 * minute, "59 minutes ago"),
            (60 * minute, "1 hour ago"),
            (47 * 60 * minute, "47 hours ago"),
            (48 * 60 * minute, "2 days ago"),
        ] {
            assert_eq!(ago(past), text);
        }
    }
}
