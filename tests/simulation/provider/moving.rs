//! How a library moves while it is read: things come, go, come back, change their state, their address, their place;
//! rows fall ill and are cured.

use driftline::core::media::{Making, MediaType};
use driftline::core::step::NowMs;

use super::item::{Item, Sick, Source};
use super::{ACCOUNTS, Provider};
use crate::seed::happens;
use crate::support::dice::Dice;

const FIRST_NUMBER: u64 = 401_000_000_000_900;

impl Provider {
    /// One thing in the library changes.
    pub fn stir(&mut self, dice: &mut Dice) {
        if self.items.is_empty() || dice.one_in(5) {
            self.add_item(dice, self.now);
            return;
        }
        let place = dice.below(self.items.len());
        let now = self.now;
        let item = &mut self.items[place];
        match dice.below(16) {
            0..=2 => {
                item.accounts.clear();
                item.unsettled_ms = now;
            }
            3 => {
                let account = dice.pick(&ACCOUNTS);
                let is_there = !item.accounts.insert(account);
                if is_there {
                    item.accounts.remove(&account);
                }
                item.unsettled_ms = now;
            }
            4..=5 => item.status = dice.pick(&[1, 1, 5, 7, 8]),
            6..=7 => item.likes += 1,
            8 => item.edition += 1,
            9..=10 => self.move_about(dice, place),
            11 => {
                item.sick = Some(dice.pick(&[Sick::NoIdentity, Sick::ChangedType, Sick::Scalar]));
                item.unsettled_ms = now;
            }
            12 => {
                item.sick = None;
                item.unsettled_ms = now;
            }
            13..=14 => self.drop_newest(dice),
            _ if dice.one_in(3) => self.clear_out(dice),
            _ => self.rewrite(dice, place),
        }
    }

    /// A row names other sources now: any, itself and its own children too.
    fn rewrite(&mut self, dice: &mut Dice, place: usize) {
        let item = &self.items[place];
        if item.making == Making::Created {
            let sources = self.sources_for(dice, item.media_type);
            let item = &mut self.items[place];
            (item.sources, item.is_rewritten) = (sources, true);
        }
    }

    /// The provider sorts a thing to another place.
    fn move_about(&mut self, dice: &mut Dice, place: usize) {
        let Some(from) = self.order.iter().position(|one| *one == place) else { return };
        self.order.remove(from);
        let to = dice.below(self.order.len() + 1);
        self.order.insert(to, place);
        self.items[place].unsettled_ms = self.now;
    }

    /// A person clears out an account.
    fn clear_out(&mut self, dice: &mut Dice) {
        let account = dice.pick(&ACCOUNTS);
        for item in &mut self.items {
            if !dice.one_in(3) && item.accounts.remove(&account) {
                item.unsettled_ms = self.now;
            }
        }
    }

    /// A person deletes the newest things of an account in one go: everything behind them moves up.
    fn drop_newest(&mut self, dice: &mut Dice) {
        let account = dice.pick(&ACCOUNTS);
        let most = 2 + dice.below(7);
        let here = |place: &&usize| self.items[**place].accounts.contains(&account);
        let newest: Vec<usize> = self.order.iter().filter(here).take(most).copied().collect();
        for place in newest {
            self.items[place].accounts.remove(&account);
            self.items[place].unsettled_ms = self.now;
        }
    }

    /// All rows are well, all work is done, and nothing changes any more.
    pub fn heal(&mut self) {
        for item in &mut self.items {
            if item.sick.take().is_some() {
                item.unsettled_ms = self.now;
            }
            if let Some((_, status)) = item.ends.take() {
                item.status = status;
            }
            if item.making == Making::Created && item.status == 5 {
                item.status = 1;
            }
        }
    }

    /// Adds a thing to the front of the library.
    pub(super) fn add_item(&mut self, dice: &mut Dice, created_ms: NowMs) {
        let is_video = happens(dice, if self.is_focused { 900 } else { 500 });
        let media_type = match (is_video, dice.below(8)) {
            (true, _) => MediaType::Video,
            (_, 0) => MediaType::Audio,
            _ => MediaType::Image,
        };
        let making = if !self.is_focused && dice.one_in(5) { Making::Uploaded } else { Making::Created };
        let number = self.next_number();
        let item = Item {
            number,
            media_type,
            making,
            status: if making == Making::Uploaded || self.is_tidy {
                1
            } else {
                dice.pick(&[1, 1, 1, 1, 5, 7, 8])
            },
            prompt: format!("number {number}"),
            sources: if making == Making::Created { self.sources_for(dice, media_type) } else { Vec::new() },
            created_ms,
            edition: 0,
            likes: 0,
            is_nested: dice.one_in(2),
            sick: (!self.is_tidy && dice.one_in(25))
                .then(|| dice.pick(&[Sick::NoIdentity, Sick::ChangedType])),
            accounts: if self.is_focused && !dice.one_in(8) { [77].into() } else { accounts(dice) },
            unsettled_ms: self.now,
            ends: None,
            is_rewritten: false,
        };
        self.put_first(item);
    }

    fn sources_for(&self, dice: &mut Dice, media_type: MediaType) -> Vec<Source> {
        if media_type == MediaType::Audio || dice.one_in(3) {
            return Vec::new();
        }
        let images = self.places_of(MediaType::Image);
        let videos = self.places_of(MediaType::Video);
        let wants_video = media_type == MediaType::Video && !videos.is_empty() && dice.one_in(2);
        if wants_video {
            let place = dice.pick(&videos);
            let source = &self.items[place];
            // A file that was uploaded has no id that a clip could name.
            let by = if source.making == Making::Uploaded { 1 } else { dice.below(3) };
            let number = (by != 1).then_some(source.number);
            let key = (by != 0).then(|| source.key());
            return vec![Source { place, number, key, media_type: MediaType::Video }];
        }
        if images.is_empty() {
            return Vec::new();
        }
        let count = 1 + dice.below(if images.len() > 1 { 2 } else { 1 });
        (0..count)
            .map(|_| {
                let place = dice.pick(&images);
                let key = Some(self.items[place].key());
                Source { place, number: None, key, media_type: MediaType::Image }
            })
            .collect()
    }

    /// Items of a type, also those that no listing shows any more.
    fn places_of(&self, media_type: MediaType) -> Vec<usize> {
        (0..self.items.len()).filter(|place| self.items[*place].media_type == media_type).collect()
    }

    pub(super) fn next_number(&self) -> u64 {
        FIRST_NUMBER + u64::try_from(self.items.len()).expect("a number")
    }

    pub(super) fn put_first(&mut self, item: Item) -> usize {
        let place = self.items.len();
        self.places.insert(item.root(), place);
        self.items.push(item);
        self.order.insert(0, place);
        place
    }
}

/// Which libraries show a new thing: usually one; sometimes none, so that only its children tell of it.
fn accounts(dice: &mut Dice) -> std::collections::BTreeSet<u64> {
    match dice.below(12) {
        0 => [].into(),
        1 => [77, 78].into(),
        2 => [78, 88].into(),
        3..=4 => [78].into(),
        5..=6 => [88].into(),
        _ => [77].into(),
    }
}
