//! How calls fail: too many, too busy, garbage, a cut before or after acting, a credential that is refused for a while
//! or for good.

use driftline::core::step::{ProviderCall, Reply, Verb};

use super::{Provider, refusal};
use crate::support::dice::Dice;

impl Provider {
    /// Fails a call in one of the ways that were seen.
    pub(super) fn fail(&mut self, call: &ProviderCall, dice: &mut Dice) -> Reply {
        if call.verb == Verb::Head {
            return cut();
        }
        match dice.below(16) {
            0..=2 => cut(),
            3..=4 => {
                // It acts, and nobody hears of it.
                self.obey(call, dice);
                self.served.pop();
                cut()
            }
            5 => {
                let after_s = u32::try_from(1 + dice.below(300)).expect("a few minutes");
                Reply::Answer { status: 429, retry_after_s: Some(after_s), body: String::new() }
            }
            6 => refusal(429, 500_069),
            7..=8 => refusal(200, 500_044),
            9..=10 => refusal(200, 500_069),
            11 => html(200),
            12 => html(503),
            13 => refusal(200, 0),
            14 => refusal(200, 10_005),
            _ => {
                self.end_token(call);
                refusal(200, 10_001)
            }
        }
    }

    /// The person logged in elsewhere: the token is no longer accepted.
    fn end_token(&mut self, call: &ProviderCall) {
        if let Some(account) = self.account_of(call) {
            *self.tokens.get_mut(&account).expect("a known account") += 1;
        }
    }
}

fn cut() -> Reply {
    Reply::Cut { reason: "timeout".to_owned() }
}

fn html(status: u16) -> Reply {
    let body = "<html><body>Bad gateway</body></html>".to_owned();
    Reply::Answer { status, retry_after_s: None, body }
}
