//! How a walk goes on, ends, and closes a gap.

use super::mark::mark;
use super::*;
use crate::core::providers::pixverse::listing::LISTINGS;

/// Rows, `has_more`, `next_offset` and `total` of a page.
type Said = (std::ops::Range<u64>, Option<bool>, Option<u64>, Option<u64>);

fn marks(rows: &std::ops::Range<u64>) -> BTreeSet<String> {
    rows.clone().map(|row| mark(Some(&row.to_string()), "same")).collect()
}

fn advance(walk: &mut Walk, (rows, has_more, next_offset, total): Said) {
    let texts = rows.clone().map(|row| row.to_string()).collect();
    walk.advance(&Page { rows: texts, total, has_more, next_offset }, marks(&rows));
}

fn walked(pages: impl IntoIterator<Item = Said>) -> Walk {
    let mut walk = Walk::new(LISTINGS[0]);
    pages.into_iter().for_each(|page| advance(&mut walk, page));
    walk
}

#[test]
fn a_short_page_is_not_the_end() {
    let walk = walked([(0..50, Some(true), Some(50), None), (48..51, Some(true), Some(100), None)]);
    assert_eq!((walk.ended, walk.reached), (None, 100));
}

#[test]
fn an_empty_page_in_the_middle_is_passed() {
    let walk = walked([(0..50, Some(true), None, None), (0..0, Some(true), None, None)]);
    assert_eq!((walk.ended, walk.offset, walk.is_torn), (None, 98, false));
}

#[test]
fn without_any_mark_the_total_or_nothing_behind_ends_it() {
    assert_eq!(walked([(0..50, None, None, Some(50))]).ended, Some(Ended::ProviderSaysDone));
    assert_eq!(walked([(0..50, None, None, None)]).ended, None);
    let ends = [(0..50, None, None, None), (48..50, None, None, None), (49..50, None, None, None)];
    let behind = walked(ends.into_iter().chain([(50..50, None, None, None)]));
    assert_eq!((behind.ended, behind.pages), (Some(Ended::EmptyPage), 4));
}

#[test]
fn a_page_that_ends_among_the_rows_it_shares_is_no_end_and_loses_none() {
    for (has_more, total) in [(Some(true), Some(60)), (Some(true), None), (None, Some(60)), (None, None)] {
        let mut walk = walked([(0..50, has_more, None, total), (48..49, has_more, None, total)]);
        assert_eq!((walk.ended, walk.offset, walk.reached), (None, 49, 50), "{has_more:?} {total:?}");
        advance(&mut walk, (49..60, has_more.map(|_| false), None, total));
        assert_eq!((walk.reached, walk.is_torn), (60, false), "{has_more:?} {total:?}");
    }
}

#[test]
fn a_cursor_that_stands_still_ends_it() {
    let walk = walked([(0..50, Some(true), Some(50), None), (48..60, Some(true), Some(50), None)]);
    assert_eq!(walk.ended, Some(Ended::CursorStandsStill));
}

#[test]
fn a_page_that_comes_again_twice_ends_it() {
    let mut walk = Walk::new(LISTINGS[0]);
    for ended in [None, None, Some(Ended::NothingNewTwice)] {
        advance(&mut walk, (0..3, Some(true), None, None));
        assert_eq!(walk.ended, ended);
    }
}

#[test]
fn pages_overlap_by_rows_whatever_an_offset_counts() {
    assert_eq!(walked([(0..50, Some(true), Some(50), None)]).offset, 48);
    assert_eq!(walked([(0..50, Some(true), Some(500), None)]).offset, 480, "ten positions a row");
    assert_eq!(walked([(0..1, Some(true), Some(1), None)]).offset, 1, "the walk gets on");
}

#[test]
fn rows_that_are_deleted_behind_the_walk_send_it_back_to_a_row_that_it_knows() {
    let mut walk = walked([(0..50, Some(true), Some(50), None)]);
    // Ten rows in front are gone: position 48 shows what stood at 58.
    advance(&mut walk, (58..108, Some(true), Some(98), None));
    assert_eq!((walk.offset, walk.ended), (8, None));
    assert!(walk.has_seen(&mark(Some("49"), "same")));
    advance(&mut walk, (18..68, Some(true), Some(58), None));
    assert_eq!((walk.offset, walk.is_torn), (96, false), "on from where it was");
    advance(&mut walk, (106..110, Some(false), Some(100), None));
    assert_eq!((walk.ended, walk.pages), (Some(Ended::ProviderSaysDone), 4));
}

#[test]
fn an_end_that_is_not_joined_to_what_was_seen_is_looked_at_again() {
    let mut walk = walked([(0..50, Some(true), Some(50), None)]);
    advance(&mut walk, (0..0, Some(false), None, Some(40)));
    assert_eq!((walk.ended, walk.offset), (None, 8));
    advance(&mut walk, (58..90, Some(false), None, Some(40)));
    assert_eq!((walk.ended, walk.offset), (None, 0), "back to the beginning");
    advance(&mut walk, (50..90, Some(false), None, Some(40)));
    assert_eq!((walk.ended, walk.is_torn), (Some(Ended::ProviderSaysDone), false));
}

#[test]
fn a_page_too_short_to_reach_over_a_gap_is_where_the_walk_goes_on() {
    let mut walk = walked([(0..50, Some(true), Some(50), None)]);
    // Ten rows in front are gone: position 48 shows what stood at 58.
    advance(&mut walk, (58..108, Some(true), Some(98), None));
    advance(&mut walk, (18..28, Some(true), Some(18), None));
    assert_eq!((walk.offset, walk.reached, walk.ended), (16, 18, None), "not on from 96");
    advance(&mut walk, (26..76, Some(true), Some(66), None));
    assert_eq!((walk.offset, walk.is_torn), (64, false));
}

#[test]
fn the_beginning_alone_closes_no_gap() {
    let mut walk = walked([(0..50, Some(true), Some(50), None)]);
    advance(&mut walk, (0..0, Some(false), None, Some(40)));
    advance(&mut walk, (50..60, Some(true), Some(18), Some(40)));
    advance(&mut walk, (50..53, Some(true), Some(3), Some(40)));
    assert_eq!((walk.ended, walk.offset), (None, 1), "37 rows are not read yet");
}

#[test]
fn a_row_that_says_something_else_now_is_the_same_row_and_news() {
    let mut walk = walked([(0..50, Some(true), Some(50), None)]);
    assert!(walk.has_seen(&mark(Some("49"), "same")) && !walk.has_seen(&mark(Some("49"), "news")));
    let rows = BTreeSet::from([mark(Some("49"), "news"), mark(Some("50"), "same")]);
    let page = Page { rows: vec![String::new(); 2], has_more: Some(true), ..Page::default() };
    walk.advance(&page, rows);
    assert_eq!(walk.offset, 49, "joined: no way back");
}
