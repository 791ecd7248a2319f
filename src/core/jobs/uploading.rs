//! Hands a file to a library that does not have it: a chain of calls, whoever begins it. Begun again after a crash it finds
//! what an earlier try has left: the object by its name, its row among the newest uploads. What is written down of it is
//! left to whoever began it.

use serde_json::Value;

use crate::core::clock::http_date;
use crate::core::generation::uploaded::Uploaded;
use crate::core::inventory::observe::Sighting;
use crate::core::jobs::read_row::{Place, ReadRow, read};
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::uploads::{
    Stored, carry_file, listed_upload, newest_uploads, parse_carried, parse_registered, register_call,
    token_call, uploaded_of,
};
use crate::core::providers::pixverse::create::{CreateFailure, Fate};
use crate::core::providers::pixverse::listing::Listing;
use crate::core::row::row;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, ProviderCall, Reply, Step};

row! {
    struct UploadRow {
        source: String,
        body: String,
    }
}

/// A file that a library is to have.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// How the library is asked.
    pub access: AccountAccess,
    /// `acc_…`.
    pub account: String,
    /// The file's url.
    pub source: String,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// Whether to wait for somebody who seems to be uploading the same file: the first time, but not for ever.
    pub is_patient: bool,
}

/// A file that the library has.
#[derive(Clone, Debug)]
pub struct Handed {
    /// What is remembered of it.
    pub uploaded: Uploaded,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// The provider's row of it, in the text it came in.
    pub row: String,
    /// When it came.
    pub seen_ms: NowMs,
}

type Then<T> = Box<dyn FnOnce(Result<Handed, CreateFailure>, NowMs) -> Step<T>>;

/// Hands the file over and goes on with what came of it.
pub fn hand_over<T: 'static>(
    wanted: Wanted,
    then: impl FnOnce(Result<Handed, CreateFailure>, NowMs) -> Step<T> + 'static,
) -> Step<T> {
    ask(token_call(&wanted.access), move |reply, now| carry(wanted, &reply, Box::new(then), now))
}

fn carry<T: 'static>(wanted: Wanted, reply: &Reply, then: Then<T>, now: NowMs) -> Step<T> {
    let file = (wanted.source.as_str(), wanted.media_type);
    match carry_file(&wanted.access, &wanted.account, file, reply, http_date(now)) {
        Ok(call) => ask(call, move |reply, now| match parse_carried(&reply) {
            Ok(stored) if stored.was_there => look(wanted, stored, then),
            Ok(stored) => register(wanted, stored, then),
            Err(failure) => then(Err(failure), now),
        }),
        Err(failure) => then(Err(of(failure)), now),
    }
}

/// An object that was there before may have its row already: a second one would be a second asset. Without one, whoever
/// brought the object is about to register it, or has gone down before that.
fn look<T: 'static>(wanted: Wanted, stored: Stored, then: Then<T>) -> Step<T> {
    ask(newest_uploads(&wanted.access, wanted.media_type), move |reply, now| {
        match listed_upload(&reply, wanted.media_type, &stored) {
            Ok(Some(row)) => then(Ok(handed(&wanted, &stored, row, now)), now),
            Ok(None) if wanted.is_patient => then(Err(under_way()), now),
            Ok(None) => register(wanted, stored, then),
            Err(failure) => then(Err(of(failure)), now),
        }
    })
}

fn register<T: 'static>(wanted: Wanted, stored: Stored, then: Then<T>) -> Step<T> {
    let call = register_call(&wanted.access, (&wanted.source, wanted.media_type), &stored);
    ask(call, move |reply, now| match parse_registered(&reply, wanted.media_type) {
        Ok(row) => then(Ok(handed(&wanted, &stored, row, now)), now),
        Err(failure) => then(Err(of(failure)), now),
    })
}

fn handed(wanted: &Wanted, stored: &Stored, row: String, now: NowMs) -> Handed {
    Handed { uploaded: uploaded_of(&row, stored), media_type: wanted.media_type, row, seen_ms: now }
}

impl Handed {
    /// Reads the row, as a payload about an upload of this account: in the answer or on a page, it was asked for here.
    #[must_use]
    pub fn read(&self, account: &str) -> (Place, ReadRow) {
        let place = Place {
            provider_id: pixverse::PROVIDER_ID.to_owned(),
            api: Api::Library,
            listing: Listing { media_type: self.media_type, making: Making::Uploaded },
            seen: Sighting::once(Feed::Generation, account.to_owned(), self.seen_ms),
        };
        let read = read(&place, &self.row, false);
        (place, read)
    }
}

fn ask<T: 'static>(call: ProviderCall, then: impl FnOnce(Reply, NowMs) -> Step<T> + 'static) -> Step<T> {
    Step::call(vec![call], move |replies, now| {
        let none = || Reply::Cut { reason: "no answer".to_owned() };
        then(replies.into_iter().next().unwrap_or_else(none), now)
    })
}

/// What was handed over before, by its source: the rows of `sql::generations::uploads`.
///
/// # Errors
/// [`BadRows`] when they do not have the expected shape.
pub fn known_uploads(rows: &[Rows]) -> Result<Vec<(String, Uploaded)>, BadRows> {
    let rows = rows_at(rows, 0)?.parse::<UploadRow>()?;
    let known = rows.into_iter().filter_map(|row| {
        let body: Value = serde_json::from_str(&row.body).ok()?;
        Some((row.source, Uploaded::from_json(&body)?))
    });
    Ok(known.collect())
}

fn under_way() -> CreateFailure {
    let message = "the same file is being uploaded already".to_owned();
    let code = "upload_under_way".to_owned();
    of(Failure { class: Class::Concurrency, code, message, retry_after_s: None })
}

fn of(failure: Failure) -> CreateFailure {
    CreateFailure { fate: fate_of(failure.class), failure }
}

/// What a failure on the way means for what the file was wanted for: nothing was made of it yet.
#[must_use]
pub const fn fate_of(class: Class) -> Fate {
    match class {
        Class::Retryable | Class::Concurrency | Class::Schema => Fate::Wait,
        Class::Moderation => Fate::Filtered,
        _ => Fate::Failed,
    }
}
