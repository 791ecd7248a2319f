//! A queue as the platform promises it and no better: messages come twice, late, in any order, or not at all; one that
//! comes back too often goes to the dead letters.

use driftline::core::statement::{Message, Send};
use driftline::core::step::NowMs;

use crate::seed::{Temper, between, happens};
use crate::support::dice::Dice;

/// How often a message may come back, as wrangler.toml has it.
const MOST_RETRIES: u32 = 5;

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub message: Message,
    /// Not delivered before.
    pub from_ms: NowMs,
    /// How often it came back.
    pub tries: u32,
    /// Whether it lies among the dead letters.
    pub is_dead: bool,
    /// Whether it never was in a queue: the step before went on with it at once.
    pub is_kept: bool,
}

impl Parcel {
    /// A step that another went on with.
    pub fn kept(message: Message, now: NowMs) -> Self {
        Self { message, from_ms: now, tries: 0, is_dead: false, is_kept: true }
    }
}

/// The queue.
#[derive(Default)]
pub struct Queue {
    parcels: Vec<Parcel>,
}

impl Queue {
    /// Takes a message, if it does not get lost on the way; says what became of it.
    pub fn send(&mut self, send: &Send, now: NowMs, dice: &mut Dice, temper: &Temper) -> &'static str {
        if happens(dice, temper.lost) {
            return "lost";
        }
        let mut from_ms = now + i64::from(send.delay_s) * 1_000;
        if happens(dice, temper.late) {
            from_ms += between(dice, 1_000, 400_000);
        }
        let parcel =
            Parcel { message: send.message.clone(), from_ms, tries: 0, is_dead: false, is_kept: false };
        self.parcels.push(parcel.clone());
        if !happens(dice, temper.repeated) {
            return "sent";
        }
        self.parcels.push(Parcel { from_ms: from_ms + between(dice, 0, 200_000), ..parcel });
        "sent twice"
    }

    /// A message comes back, later; after too many tries it is dead.
    pub fn take_back(&mut self, parcel: Parcel, delay_s: u32, now: NowMs) {
        let from_ms = now + i64::from(delay_s) * 1_000;
        let is_spent = parcel.tries >= MOST_RETRIES;
        let parcel = Parcel { is_kept: false, ..parcel };
        self.parcels.push(match (is_spent, parcel.is_dead) {
            (true, false) => Parcel { from_ms, tries: 0, is_dead: true, ..parcel },
            // A dead letter that nobody could take is gone: its job is still due.
            (true, true) => return,
            (false, _) => Parcel { from_ms, tries: parcel.tries + 1, ..parcel },
        });
    }

    /// Any message that may be delivered now.
    pub fn next(&mut self, now: NowMs, dice: &mut Dice) -> Option<Parcel> {
        let ready: Vec<usize> =
            (0..self.parcels.len()).filter(|place| self.parcels[*place].from_ms <= now).collect();
        if ready.is_empty() {
            return None;
        }
        Some(self.parcels.swap_remove(dice.pick(&ready)))
    }

    /// When the next message may be delivered.
    pub fn next_ms(&self) -> Option<NowMs> {
        self.parcels.iter().map(|parcel| parcel.from_ms).min()
    }
}
