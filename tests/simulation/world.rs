//! The whole service in one process: its database, its queue, the provider, people and the clock, and the work under
//! way, of which any piece may take its next step at any time. What happens next is drawn from the seed.

use std::collections::BTreeSet;

use driftline::core::api::response::Response;
use driftline::core::api::routes::handle;
use driftline::core::jobs;
use driftline::core::jobs::run::Cost;
use driftline::core::statement::{Message, Rows};
use driftline::core::step::{ProviderCall, Reply, Step};
use serde_json::Value;

use crate::batches::{Tried, names};
use crate::clock::{Clock, START};
use crate::flight::{Chain, End, Flight, MOST_WAITS, Work, lifted};
use crate::laws::jobs::nothing_is_due;
use crate::laws::{Lawful, Laws, must};
use crate::people::{Asked, OWNERS, People, sealed};
use crate::provider::{Provider, Served};
use crate::queue::{Parcel, Queue};
use crate::seed::{Temper, happens};
use crate::support::db::Db;
use crate::support::dice::Dice;

/// The world of one seed.
pub struct World<'a> {
    pub dice: Dice,
    pub temper: Temper,
    pub clock: Clock,
    pub db: &'a mut Db,
    pub queue: Queue,
    pub provider: Provider,
    pub people: People,
    pub laws: Laws,
    pub flights: Vec<Flight>,
    /// One line an event.
    pub trace: Vec<String>,
    begun: usize,
    /// Roots that a committed page of a listing has shown, with the owner.
    pub shown: BTreeSet<(i64, String)>,
    /// The last answer to a request.
    pub answered: Option<Response>,
}

impl<'a> World<'a> {
    /// The world of a seed, in an empty database.
    pub fn new(seed: u64, db: &'a mut Db) -> Self {
        let mut dice = Dice::new(seed);
        let temper = Temper::drawn(&mut dice);
        let provider = Provider::new(&mut dice, &temper, START);
        settle_in(db, &provider);
        Self {
            dice,
            temper,
            clock: Clock::new(),
            db,
            queue: Queue::default(),
            provider,
            people: People::default(),
            laws: Laws::default(),
            flights: Vec::new(),
            trace: Vec::new(),
            begun: 0,
            shown: BTreeSet::new(),
            answered: None,
        }
    }

    /// Everything that happens while there are faults.
    pub fn live(&mut self) -> Lawful {
        for _ in 0..self.temper.events {
            self.event()?;
        }
        Ok(())
    }

    /// The next event, whichever it is.
    fn event(&mut self) -> Lawful {
        self.clock.go_on(&mut self.dice, &self.temper);
        self.provider.now = self.clock.now();
        if happens(&mut self.dice, self.temper.moves / 4) {
            self.provider.stir(&mut self.dice);
        }
        let is_free = self.flights.len() < self.temper.flights;
        match self.dice.below(60) {
            0 => self.begin_tick(),
            1..=5 if is_free => {
                if let Some(asked) = self.people.want(self.db, &self.provider, &mut self.dice) {
                    self.begin_request(asked);
                }
            }
            6..=20 if is_free => {
                if !self.begin_delivery() && self.flights.is_empty() {
                    self.wait();
                }
            }
            _ if self.flights.is_empty() => {
                if !self.begin_delivery() {
                    self.wait();
                }
            }
            _ => {
                let place = self.dice.below(self.flights.len());
                let flight = self.flights.swap_remove(place);
                return self.go_on(flight);
            }
        }
        Ok(())
    }

    /// Nothing is to do: time passes to the next message, or to the next tick.
    fn wait(&mut self) {
        let next = self.queue.next_ms().unwrap_or(0).min(self.clock.now() + 60_000);
        self.clock.go_to(next);
        if self.queue.next_ms().is_none_or(|from_ms| from_ms > self.clock.now()) {
            self.clock.go_to(self.clock.now() + 60_000);
            self.begin_tick();
        }
    }

    pub fn begin_tick(&mut self) {
        let chain = lifted(jobs::tick(self.clock.now()), End::Job);
        self.begin(Work::Tick(self.clock.now()), chain);
    }

    /// Takes any message that is ready; `false` where there is none.
    pub fn begin_delivery(&mut self) -> bool {
        let Some(parcel) = self.queue.next(self.clock.now(), &mut self.dice) else { return false };
        let message = parcel.message.clone();
        let step =
            if parcel.is_dead { jobs::bury(&message, self.clock.now()) } else { jobs::deliver(message) };
        self.begin(Work::Delivery(parcel), lifted(step, End::Job));
        true
    }

    pub fn begin_request(&mut self, mut asked: Asked) {
        asked.first_ms.get_or_insert(self.clock.now());
        if asked.brings_back() {
            self.people.forget_removals(&asked, &self.laws.assets);
        }
        if asked.path.ends_with("/confirm-missing") {
            let run = asked.path.split('/').nth(2).unwrap_or_default().to_owned();
            self.people.confirmed.insert(run);
        }
        let request = self.people.request(&asked);
        let chain = lifted(handle(request, self.clock.now()), End::Answer);
        self.begin(Work::Request(asked), chain);
    }

    fn begin(&mut self, work: Work, chain: Chain) {
        self.begun += 1;
        let flight = Flight { number: self.begun, waits: 0, work, chain, served: Vec::new(), asked: None };
        self.note(|| format!("begins {}", flight.name()));
        self.flights.push(flight);
    }

    /// Goes on with a step as the edge does: its row was read in the batch that made it due, and its call was made before.
    pub fn begin_kept(
        &mut self,
        message: Message,
        row: &Rows,
        asked: Option<(ProviderCall, Reply)>,
        served: Vec<Served>,
    ) {
        let now = self.clock.now();
        let chain = lifted(jobs::go_on(message.clone(), row, Cost::default(), now), End::Job);
        self.begin(Work::Delivery(Parcel::kept(message, now)), chain);
        if let Some(flight) = self.flights.last_mut() {
            (flight.asked, flight.served) = (asked, served);
        }
    }

    /// Asks the provider.
    pub fn call(&mut self, call: &ProviderCall, number: usize, served: &mut Vec<Served>) -> Reply {
        let reply = self.provider.answer(call, &mut self.dice, &self.temper);
        let told = self.provider.served.last().map_or_else(|| short(&format!("{reply:?}")), Served::told);
        self.note(|| format!("#{number} calls {}: {told}", call.path));
        served.append(&mut self.provider.served);
        reply
    }

    pub fn note(&mut self, line: impl FnOnce() -> String) {
        self.trace.push(format!("{:>9} {}", self.clock.now() - START, line()));
    }

    /// Takes one step of a piece of work.
    pub fn go_on(&mut self, mut flight: Flight) -> Lawful {
        let is_over = matches!(flight.chain, Step::End(_));
        if !is_over && happens(&mut self.dice, self.temper.dies) {
            return self.die(flight, "before");
        }
        let now = self.clock.now();
        let number = flight.number;
        flight.waits += 1;
        must(flight.waits < MOST_WAITS, || format!("{} goes in circles", flight.name()))?;
        flight.chain = match flight.chain {
            Step::Read(statements, then) => {
                if happens(&mut self.dice, self.temper.database) && self.dice.one_in(2) {
                    return self.halt(flight.work, number);
                }
                self.note(|| format!("#{number} reads {}", names(&statements)));
                let rows = self.db.read(&statements);
                if let Work::Tick(ticked_ms) = flight.work
                    && statements.iter().any(|one| one.name == "lease_due_jobs")
                {
                    nothing_is_due(self.db, ticked_ms)?;
                }
                then(rows, now)
            }
            Step::Call(calls, then) => {
                let asked = flight.asked.take().filter(|(call, _)| calls == [call.clone()]);
                let replies = match asked {
                    Some((_, reply)) => vec![reply],
                    None => calls.iter().map(|call| self.call(call, number, &mut flight.served)).collect(),
                };
                then(replies, now)
            }
            Step::Commit(plan, then) => match self.commit(&flight.work, &flight.served, number, &plan)? {
                Tried::Told(committed) => then(committed, now),
                Tried::Halted => return self.halt(flight.work, number),
            },
            Step::Prove(_, then) => then(false, now),
            Step::End(end) => return self.end(flight.work, number, end),
        };
        if happens(&mut self.dice, self.temper.dies) {
            return self.die(flight, "behind");
        }
        match flight.chain {
            Step::End(end) => self.end(flight.work, number, end),
            _ => {
                self.flights.push(flight);
                Ok(())
            }
        }
    }
}

/// Owners, tokens and accounts, as if they had been connected.
fn settle_in(db: &mut Db, provider: &Provider) {
    db.wipe();
    for (owner, name, accounts) in OWNERS {
        let hash = driftline::core::api::bearer::hash(name);
        db.execute(&format!(
            "INSERT INTO owners VALUES ({owner}, '{name}', 1, 0);
             INSERT INTO tokens VALUES ('tok_{name}', {owner}, '{hash}', 't', 0, NULL);"
        ));
        for (id, number) in accounts {
            let secret = sealed(&provider.token(*number));
            db.execute(&format!(
                "INSERT INTO accounts (owner, id, provider_id, api, identity, provider_account_id, workspace, label,
                                       credential, credential_kind, state, created_ms, updated_ms, link_checks)
                 VALUES ({owner}, '{id}', 'pixverse', 'library', 'pixverse:library:{number}:0', '{number}', '0', 'l',
                         '{secret}', 'token', 'ready', 0, 0, 'off');"
            ));
        }
    }
}

/// The beginning of a text, for the trace.
pub fn short(text: &str) -> String {
    text.chars().take(160).collect()
}

/// The body of the last answer.
pub fn body_of(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap_or_default()
}
