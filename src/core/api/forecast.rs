//! What an import would cost the database, and on which day of a limited plan it would be finished. Counted from what was
//! compared so far; the prices are measured (`tests/e2e/costs.test.mjs`).

use serde_json::{Value, json};

use crate::core::clock::rfc3339;
use crate::core::jobs::budget::{Allowance, beginning_of};

/// A new asset: its row and index entries, its claims, its payload.
const ROWS_AN_ASSET: u64 = 9;
/// An edge with its index entry, and a parent that nobody has seen yet with its claim. Where the parent is known it is
/// two less, so that a forecast is rather too high.
const ROWS_AN_EDGE: u64 = 4;
/// A child that gets its edges: its payload and its row once more, with three index entries.
const ROWS_A_CHILD: u64 = 5;
/// A page: its own row, the run's, the link job's.
const ROWS_A_PAGE: u64 = 8;
/// Rows of a page.
const PAGE: u64 = 50;

/// What was found in a listing, as far as its price goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// How many rows there are.
    pub total: u64,
    /// How many of them were compared.
    pub compared: u64,
    /// How many of those are new.
    pub new: u64,
    /// How many of the new ones were made from something.
    pub children: u64,
    /// From how much, all together.
    pub edges: u64,
}

impl Part {
    /// The price of the listing; what was not compared yet is taken to be like what was.
    fn rows(self) -> u64 {
        let found = self.new * ROWS_AN_ASSET + self.children * ROWS_A_CHILD + self.edges * ROWS_AN_EDGE;
        let total = self.total.max(self.compared);
        let scaled = (found * total).div_ceil(self.compared.max(1));
        scaled + total.div_ceil(PAGE) * ROWS_A_PAGE
    }
}

/// The forecast as JSON. With an allowance, it says on how many days the rows would be written; `written` is what has been
/// written today.
#[must_use]
pub fn render_forecast(parts: &[Part], allowance: Option<Allowance>, written: i64) -> Value {
    let rows: u64 = parts.iter().map(|part| part.rows()).sum();
    json!({
        "rows_written": rows,
        "budget": allowance.map(|allowance| budget(i64::try_from(rows).unwrap_or(i64::MAX), allowance, written)),
    })
}

fn budget(rows: i64, allowance: Allowance, written: i64) -> Value {
    let left = allowance.left(written);
    let later = (rows - left).max(0);
    let later_days = (later + allowance.rows - 1) / allowance.rows.max(1);
    let ends_on: String = rfc3339(beginning_of(allowance.day + later_days)).chars().take(10).collect();
    json!({
        "rows_a_day": allowance.rows,
        "rows_left_today": left,
        "days": later_days + i64::from(left > 0 || later == 0),
        "ends_on": ends_on,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-30.
    const DAY: i64 = 20_787;

    fn told(rows: i64, written: i64) -> (Value, Value, Value) {
        let told = budget(rows, Allowance { day: DAY, rows: 1_000 }, written);
        (told["rows_left_today"].clone(), told["days"].clone(), told["ends_on"].clone())
    }

    #[test]
    fn it_is_finished_on_the_day_whose_rows_suffice() {
        for (rows, written, left, days, ends_on) in [
            (0, 0, 1_000, 1, "2026-11-30"),
            (1_000, 0, 1_000, 1, "2026-11-30"),
            (1_001, 0, 1_000, 2, "2026-12-01"),
            (1_000, 400, 600, 2, "2026-12-01"),
            (2_601, 400, 600, 4, "2026-12-03"),
            (1, 1_000, 0, 1, "2026-12-01"),
            (1_001, 5_000, 0, 2, "2026-12-02"),
        ] {
            assert_eq!(told(rows, written), (left.into(), days.into(), ends_on.into()), "{rows} {written}");
        }
    }

    #[test]
    fn what_was_not_compared_yet_is_like_what_was() {
        let whole = Part { total: 100, compared: 100, new: 100, children: 40, edges: 60 };
        assert_eq!(whole.rows(), 900 + 200 + 240 + 16);
        let half = Part { total: 100, compared: 50, new: 50, children: 20, edges: 30 };
        assert_eq!(half.rows(), whole.rows());
        assert_eq!(Part { total: 100, ..Part::default() }.rows(), 16, "nothing is known of it");
        assert_eq!(Part { total: 100, compared: 100, ..Part::default() }.rows(), 16);
    }

    #[test]
    fn ten_thousand_items_with_lineage_need_two_free_days() {
        let library = Part { total: 10_000, compared: 10_000, new: 10_000, children: 5_000, edges: 6_000 };
        let told = render_forecast(&[library], Some(Allowance { day: DAY, rows: 80_000 }), 0);
        assert_eq!(told["rows_written"], 90_000 + 25_000 + 24_000 + 1_600);
        assert_eq!((&told["budget"]["days"], &told["budget"]["ends_on"]), (&2.into(), &"2026-12-01".into()));
        assert_eq!(render_forecast(&[library], None, 0)["budget"], Value::Null);
    }
}
