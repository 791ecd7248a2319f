//! What a seed leaves to chance, and how rough its world is. Every decision of a simulation is drawn here, so that the
//! seed is the whole story.

use crate::support::dice::Dice;

/// How rough a world is. Chances are out of a thousand.
#[derive(Clone, Debug)]
pub struct Temper {
    /// Things in the provider's library at the beginning.
    pub items: usize,
    /// Whether nearly everything is a video of one account, so that one listing is long.
    pub is_focused: bool,
    /// Whether its rows are well and finished: a run ends on known ground behind a hundred such rows, not one less.
    pub is_tidy: bool,
    /// The most rows of a page.
    pub page_rows: usize,
    /// Events before all faults stop.
    pub events: usize,
    /// Deliveries that may be under way at once.
    pub flights: usize,
    /// A consumer or a request dies at a wait.
    pub dies: usize,
    /// The database does not answer, or its answer is lost.
    pub database: usize,
    /// The provider fails a call.
    pub provider: usize,
    /// The library changes behind a call.
    pub moves: usize,
    /// A message is lost.
    pub lost: usize,
    /// A message comes twice.
    pub repeated: usize,
    /// A message comes late.
    pub late: usize,
    /// A host's clock goes a little behind.
    pub behind: usize,
    /// Whether a message goes on with the steps that are due behind its own.
    pub goes_on: bool,
}

impl Temper {
    /// A temper for a seed: calm worlds and wild ones, small ones and a few larger ones.
    pub fn drawn(dice: &mut Dice) -> Self {
        let is_large = dice.one_in(40);
        // A long listing is walked to its end, and a second time to known ground, where little goes wrong.
        let rough = if is_large { dice.pick(&[0, 0, 1]) } else { dice.pick(&[0, 1, 1, 2, 4]) };
        let is_focused = is_large || dice.one_in(3);
        let mut share = |most: usize| if dice.one_in(4) { 0 } else { dice.below(most * rough + 1) };
        let (dies, database, provider) = (share(20), share(10), share(60));
        let (moves, lost, repeated, late) = (share(120), share(40), share(80), share(120));
        let behind = share(20);
        let goes_on = dice.one_in(2);
        Self {
            is_focused,
            is_tidy: is_large,
            items: if is_large { 150 + dice.below(60) } else { 3 + dice.below(24) },
            page_rows: if is_large { 30 + dice.below(71) } else { 2 + dice.below(7) },
            events: if is_large { 700 } else { 60 + dice.below(240) },
            flights: 1 + dice.below(4),
            dies,
            database,
            provider,
            moves,
            lost,
            repeated,
            late,
            behind,
            goes_on,
        }
    }

    /// The same world when all faults have stopped.
    pub fn healed(&self) -> Self {
        Self {
            dies: 0,
            database: 0,
            provider: 0,
            moves: 0,
            lost: 0,
            repeated: 0,
            late: 0,
            behind: 0,
            ..self.clone()
        }
    }
}

/// Whether something happens whose chance is so many of a thousand.
pub fn happens(dice: &mut Dice, of_thousand: usize) -> bool {
    of_thousand > 0 && dice.below(1_000) < of_thousand
}

/// A number between two, both among them.
pub fn between(dice: &mut Dice, least: i64, most: i64) -> i64 {
    least + i64::try_from(dice.below(usize::try_from(most - least + 1).expect("a range"))).expect("a number")
}
