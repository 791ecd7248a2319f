//! How work ends: done, back to its queue, answered, or with the machine under it.

use driftline::core::api::response::Response;
use driftline::core::step::Disposition;

use crate::flight::{End, Flight, Work};
use crate::laws::jobs::is_acked_rightly;
use crate::laws::{Lawful, must};
use crate::people::Asked;
use crate::queue::Parcel;
use crate::world::{World, short};

/// For how long a key is good.
const KEY_KEPT_MS: i64 = 24 * 3_600_000;

impl World<'_> {
    /// The machine goes down under a piece of work: a message comes again, or is lost with it; a person may ask again.
    pub fn die(&mut self, flight: Flight, when: &str) -> Lawful {
        self.note(|| format!("#{} dies {when} a wait", flight.number));
        match flight.work {
            // Nothing brings it again but the tick: the message that led to it is about a step that is done.
            Work::Delivery(parcel) if parcel.is_kept => {}
            Work::Delivery(parcel) if !self.dice.one_in(5) => {
                let delay_s = u32::try_from(self.dice.below(30)).expect("seconds");
                self.queue.take_back(parcel, delay_s, self.clock.now());
            }
            Work::Request(asked) if self.dice.one_in(2) => self.ask_again(asked),
            _ => {}
        }
        Ok(())
    }

    /// The same request once more. Behind a day nobody does: what was kept under its key is forgotten then.
    fn ask_again(&mut self, asked: Asked) {
        if self.clock.now() - asked.first_ms.unwrap_or_default() < KEY_KEPT_MS {
            self.begin_request(asked);
        }
    }

    /// The edge gives up: the database does not answer.
    pub fn halt(&mut self, work: Work, number: usize) -> Lawful {
        let disposition = Disposition::RetryAfter { seconds: 10, reason: "database_unavailable".to_owned() };
        match work {
            Work::Request(asked) => {
                self.note(|| format!("#{number} ends in 503"));
                if self.dice.one_in(2) {
                    self.ask_again(asked);
                }
                Ok(())
            }
            work => self.end(work, number, End::Job(disposition)),
        }
    }

    pub fn end(&mut self, work: Work, number: usize, end: End) -> Lawful {
        match (work, end) {
            (Work::Delivery(parcel), End::Job(disposition)) => self.conclude(parcel, number, disposition),
            (Work::Request(asked), End::Answer(response)) => self.hear(&asked, number, response),
            (_, End::Job(disposition)) => {
                self.note(|| format!("#{number} ends: {disposition:?}"));
                Ok(())
            }
            (_, End::Answer(_)) => Err("a job ended with an answer".to_owned()),
        }
    }

    fn conclude(&mut self, parcel: Parcel, number: usize, disposition: Disposition) -> Lawful {
        self.note(|| format!("#{number} ends: {disposition:?}"));
        match disposition {
            Disposition::Ack if parcel.is_dead => Ok(()),
            Disposition::Ack => {
                let is_same = |one: &Flight| matches!(&one.work, Work::Delivery(other) if other.message == parcel.message);
                let others = self.flights.iter().any(is_same);
                is_acked_rightly(self.db, &parcel.message, others)
            }
            Disposition::RetryAfter { seconds, reason } => {
                let is_expected = ["database_unavailable", "too many writers"].contains(&reason.as_str());
                must(is_expected, || format!("a step came back: {reason}"))?;
                self.queue.take_back(parcel, seconds, self.clock.now());
                Ok(())
            }
        }
    }

    fn hear(&mut self, asked: &Asked, number: usize, response: Response) -> Lawful {
        self.note(|| {
            format!("#{number} {} is answered {} {}", asked.path, response.status, short(&response.body))
        });
        must(response.status < 500 || response.status > 501, || {
            format!("{} was answered {} {}", asked.path, response.status, response.body)
        })?;
        if asked.is_removal() && response.status == 204 {
            let may_come_back = self
                .flights
                .iter()
                .any(|one| matches!(&one.work, Work::Request(other) if other.brings_back()));
            if !may_come_back {
                self.people.removed.extend(asked.about.iter().map(|id| (asked.owner, id.clone())));
            }
        }
        self.answered = Some(response);
        Ok(())
    }
}
