//! The clock of a simulated world. It goes on with every event, jumps when nothing is to do, and a host's own clock may
//! be a little behind the others': hosts of one platform differ by milliseconds.

use driftline::core::step::NowMs;

use crate::seed::{Temper, between, happens};
use crate::support::dice::Dice;

/// When every simulation begins.
pub const START: NowMs = 1_790_000_000_000;
const MINUTE: NowMs = 60_000;
/// How far the clocks of two hosts differ at most.
const APART_MS: NowMs = 40;

/// The clock.
pub struct Clock {
    now: NowMs,
    apart_ms: NowMs,
}

impl Clock {
    pub const fn new() -> Self {
        Self { now: START, apart_ms: 0 }
    }

    /// What the host reads on which the next event happens.
    pub const fn now(&self) -> NowMs {
        self.now - self.apart_ms
    }

    /// Goes on to the next event: by a moment, now and then by minutes or hours.
    pub fn go_on(&mut self, dice: &mut Dice, temper: &Temper) {
        self.now += match dice.below(200) {
            0 => between(dice, MINUTE, 20 * MINUTE),
            1 if dice.one_in(4) => between(dice, 60 * MINUTE, 30 * 60 * MINUTE),
            2..=9 => between(dice, 1_000, 30_000),
            _ => between(dice, 1, 400),
        };
        self.apart_ms = if happens(dice, temper.behind) { between(dice, 1, APART_MS) } else { 0 };
    }

    /// Goes on to this time, if it is not past.
    pub fn go_to(&mut self, time: NowMs) {
        self.now = self.now.max(time);
        self.apart_ms = 0;
    }
}
