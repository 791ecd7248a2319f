//! Asking how outputs stand with as few calls as will do: the newest page of a library answers for many at once, what is
//! not on it is asked for by its id, and where one way fails the other is tried.

use std::collections::BTreeSet;

use super::Waiting;
use super::answers::Answers;
use crate::core::inventory::identity::Root;
use crate::core::jobs::read_answer::answered;
use crate::core::jobs::read_row::read;
use crate::core::media::{Api, Making, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::{parse_result, result_call};
use crate::core::providers::pixverse::listing::{Listing, Part, page_call, parse_page};
use crate::core::step::{Disposition, NowMs, ProviderCall, Reply, Step};

/// The most calls of a step, both rounds together.
const MOST_CALLS: usize = 20;
/// From so many outputs on, a page is cheaper than asking for each.
const PAGE_FROM: usize = 3;

/// One output that is waited for.
#[derive(Clone, Debug)]
struct Target {
    id: String,
    root: Root,
    media_type: MediaType,
}

/// One question, and what it is about.
enum Question {
    Page(MediaType),
    One(Target),
}

/// A step's asking, with what came of it so far.
struct Asking {
    waiting: Waiting,
    access: AccountAccess,
    targets: Vec<Target>,
    answers: Answers,
    calls: usize,
}

/// Asks about every output that is due, and takes the answers in.
pub fn ask(waiting: Waiting, access: AccountAccess, now: NowMs) -> Step<Disposition> {
    let mut targets = Vec::new();
    let mut answers = Answers::default();
    for generation in waiting.due(now) {
        let open = generation.progress.outputs.iter().filter(|output| output.end().is_none());
        let more: Vec<Target> = open
            .map(|output| Target {
                id: output.id.clone(),
                root: output.root.clone(),
                media_type: generation.request.media_type,
            })
            .collect();
        // What does not fit is still due, and so is the next step.
        let is_full = !targets.is_empty() && targets.len() + more.len() > MOST_CALLS;
        if is_full && waiting.api() != Api::Library {
            break;
        }
        targets.extend(more);
        answers.asked.insert(generation.id.clone());
    }
    let asking = Asking { waiting, access, targets, answers, calls: 0 };
    let questions = asking.first_round();
    asking.round(questions, |asking| {
        let questions = asking.second_round();
        asking.round(questions, |asking| {
            let Asking { waiting, answers, .. } = asking;
            waiting.take_in(answers)
        })
    })
}

impl Asking {
    fn first_round(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for media_type in MediaType::ALL {
            if self.is_paged(*media_type) {
                questions.push(Question::Page(*media_type));
            } else {
                let of_type = self.targets.iter().filter(|target| target.media_type == *media_type);
                questions.extend(of_type.cloned().map(Question::One));
            }
        }
        questions
    }

    /// Whether a page of this kind is asked for first.
    fn is_paged(&self, media_type: MediaType) -> bool {
        let of_type = self.targets.iter().filter(|target| target.media_type == media_type);
        self.waiting.api() == Api::Library && of_type.count() >= PAGE_FROM
    }

    /// What a page did not show is asked for by id. Of what could not be asked for by id, the page may tell: one of the
    /// two ways was seen to hang while the other was well.
    fn second_round(&self) -> Vec<Question> {
        if self.answers.refusal().is_some() || self.waiting.api() != Api::Library {
            return Vec::new();
        }
        let shown = self.answers.shown();
        let mut questions = Vec::new();
        let mut ones = Vec::new();
        let mut pages = BTreeSet::new();
        for target in self.targets.iter().filter(|target| !shown.contains(&target.root)) {
            let is_paged = self.is_paged(target.media_type);
            let has_failed = self.answers.failures.contains_key(&target.root);
            if is_paged || !has_failed {
                ones.push(Question::One(target.clone()));
            } else if pages.insert(target.media_type) {
                questions.push(Question::Page(target.media_type));
            }
        }
        // What finds no room has its turn at the next look.
        ones.truncate(MOST_CALLS.saturating_sub(self.calls + questions.len()));
        questions.extend(ones);
        questions
    }

    fn round(
        mut self,
        questions: Vec<Question>,
        then: impl FnOnce(Self) -> Step<Disposition> + 'static,
    ) -> Step<Disposition> {
        let mut asked = Vec::new();
        let mut calls = Vec::new();
        for question in questions {
            match self.call(&question) {
                Some(call) => {
                    calls.push(call);
                    asked.push(question);
                }
                None => self.fail(&question, &not_askable()),
            }
        }
        if calls.is_empty() {
            return then(self);
        }
        self.calls += calls.len();
        Step::call(calls, move |replies, now| {
            self.answers.seen_ms = now;
            for (question, reply) in asked.iter().zip(&replies) {
                self.hear(question, reply, now);
            }
            then(self)
        })
    }

    fn call(&self, question: &Question) -> Option<ProviderCall> {
        match question {
            Question::Page(media_type) => {
                let listing = Listing { media_type: *media_type, making: Making::Created };
                Some(page_call(&self.access, listing, Part::NEWEST))
            }
            Question::One(target) => {
                result_call(&self.access, self.waiting.api(), target.media_type, &target.id)
            }
        }
    }

    fn hear(&mut self, question: &Question, reply: &Reply, now: NowMs) {
        match question {
            Question::One(target) => match parse_result(reply) {
                Ok(row) => self.receive(target.media_type, &row, now),
                Err(failure) => self.fail(question, &failure),
            },
            Question::Page(media_type) => match parse_page(reply) {
                Ok(page) => {
                    let wanted: Vec<Target> = self.targets.clone();
                    // A page's other rows are the business of a scan.
                    let is_wanted = |row: &&String| wanted.iter().any(|target| row.contains(&target.id));
                    for row in page.rows.iter().filter(is_wanted) {
                        self.receive(*media_type, row, now);
                    }
                }
                Err(failure) => self.fail(question, &failure),
            },
        }
    }

    fn receive(&mut self, media_type: MediaType, text: &str, now: NowMs) {
        let account = self.waiting.row.identity.as_deref().unwrap_or_default();
        let place = answered(self.waiting.api(), media_type, account, now);
        match read(&place, text, false).result {
            Ok(incoming) => {
                let root = incoming.facts.root().map(crate::core::alias::Alias::text).unwrap_or_default();
                if self.targets.iter().any(|target| target.root == root) {
                    self.answers.failures.remove(&root);
                    self.answers.incoming.push(incoming);
                }
            }
            Err(unreadable) => self.answers.unreadable.push((place, *unreadable)),
        }
    }

    fn fail(&mut self, question: &Question, failure: &Failure) {
        let shown = self.answers.shown();
        for target in &self.targets {
            let is_meant = match question {
                Question::One(one) => one.root == target.root,
                Question::Page(media_type) => *media_type == target.media_type,
            };
            if is_meant && !shown.contains(&target.root) {
                self.answers.failures.insert(target.root.clone(), failure.clone());
            }
        }
    }
}

fn not_askable() -> Failure {
    Failure {
        class: Class::NotFound,
        code: "not_askable".to_owned(),
        message: "the interface tells nothing about this output".to_owned(),
        retry_after_s: None,
    }
}
