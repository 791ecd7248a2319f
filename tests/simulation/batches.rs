//! Batches, run as the edge runs them: a database that does not answer, or whose answer is lost; and the laws behind each
//! batch that took effect.

use std::collections::BTreeSet;

use driftline::core::sql::jobs::due_job;
use driftline::core::statement::{Plan, Send, Statement};
use driftline::core::step::Committed;

use crate::flight::Work;
use crate::laws::{Batch, must};
use crate::provider::Served;
use crate::seed::happens;
use crate::world::World;

/// What a batch came to, as the edge tells it.
pub enum Tried {
    Told(Committed),
    /// The edge gives up: the message comes again, the person gets a 503.
    Halted,
}

impl World<'_> {
    /// Runs a batch as the edge does: one whose outcome is unknown is run again where it guards itself.
    pub fn commit(
        &mut self,
        work: &Work,
        served: &[Served],
        number: usize,
        plan: &Plan,
    ) -> Result<Tried, String> {
        let kept = self.kept(work, plan);
        let mut pages = Vec::new();
        let asked = kept.and_then(|send| send.ahead.as_deref());
        let asked = asked.map(|call| (call.clone(), self.call(call, number, &mut pages)));
        let fault = happens(&mut self.dice, self.temper.database).then(|| self.dice.below(3));
        let is_guarded = plan.statements.iter().any(|one| one.name == "guard");
        if fault == Some(0) || (fault == Some(1) && !is_guarded) {
            self.note(|| format!("#{number} cannot commit {}", names(&plan.statements)));
            return Ok(Tried::Halted);
        }
        let mut committed =
            if plan.statements.is_empty() { Committed::Done } else { self.db.commit(&plan.statements) };
        self.note(|| format!("#{number} commits {}: {committed:?}", names(&plan.statements)));
        let took_effect = committed == Committed::Done;
        if took_effect {
            let job = match work {
                Work::Delivery(parcel) if !parcel.is_dead => {
                    Some((parcel.message.job.as_str(), parcel.message.step))
                }
                _ => None,
            };
            let names: BTreeSet<&'static str> = plan.statements.iter().map(|one| one.name).collect();
            let batch = Batch { names, job, served };
            self.laws.hold(self.db, &batch, &self.provider, &self.people)?;
            let has_edges = batch.names.contains("insert_edges");
            if plan.statements.iter().any(shows_a_listing) {
                self.remember_shown(served);
            }
            if has_edges {
                self.hold_some_graph()?;
            }
        }
        let is_lost = fault == Some(2) && took_effect && !plan.statements.is_empty();
        if is_lost && !is_guarded {
            self.note(|| format!("#{number} never hears of it"));
            return Ok(Tried::Halted);
        }
        if is_lost {
            committed = self.db.commit(&plan.statements);
            self.note(|| format!("#{number} commits again: {committed:?}"));
            must(committed != Committed::Done, || format!("#{number}: a batch took effect twice"))?;
        }
        if let Some(send) = kept.filter(|_| committed == Committed::Done) {
            let row = self.db.read(&[due_job(&send.message, None)]).remove(0);
            self.begin_kept(send.message.clone(), &row, asked, pages);
        }
        if committed == Committed::Done || (is_lost && committed == Committed::Stale) {
            let is_sent = |send: &&Send| committed != Committed::Done || Some(*send) != kept;
            for send in plan.sends.iter().filter(is_sent) {
                let fate = self.queue.send(send, self.clock.now(), &mut self.dice, &self.temper);
                self.note(|| {
                    format!("#{number} hint {} step {}: {fate}", send.message.job, send.message.step)
                });
            }
        }
        Ok(Tried::Told(committed))
    }

    /// The hint that a message goes on with by itself: that of its own job's next step, if it is due at once.
    fn kept<'a>(&self, work: &Work, plan: &'a Plan) -> Option<&'a Send> {
        let Work::Delivery(parcel) = work else { return None };
        let is_next = |send: &&Send| send.delay_s == 0 && send.message.job == parcel.message.job;
        plan.sends.iter().find(is_next).filter(|_| self.temper.goes_on && !parcel.is_dead)
    }

    /// One graph after each batch that wrote edges, each time another asset's.
    fn hold_some_graph(&mut self) -> crate::laws::Lawful {
        let all = &self.laws.assets.now;
        match all.keys().nth(self.trace.len() % all.len().max(1)).cloned() {
            Some((owner, id)) => self.hold_graph(owner, &id),
            None => Ok(()),
        }
    }

    fn remember_shown(&mut self, served: &[Served]) {
        for page in served {
            let owner = if page.account == 88 { 2 } else { 1 };
            self.shown.extend(page.roots.iter().flatten().map(|root| (owner, root.clone())));
        }
    }
}

/// Whether a statement records a page that a run took in: a dry run sees without writing, and a poll looks for what was
/// made here.
fn shows_a_listing(statement: &Statement) -> bool {
    statement.name == "insert_scan_page" && statement.params.contains(&"listing".into())
}

/// The statements of a batch, for the trace.
pub fn names(statements: &[Statement]) -> String {
    statements.iter().map(|one| one.name).collect::<Vec<_>>().join(" ")
}
