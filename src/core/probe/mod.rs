//! The probe: looks at a live account, read only, and says how its payloads differ from the fixtures. A conversation: the
//! core names the calls, somebody else sends them, and with all answers in hand the core reports and redacts. Sending,
//! the credential and the files are left to `scripts/commands/probe.mjs`; the Worker has no part in this.

mod ask;
mod compare;
mod known;
pub mod redact;
mod report;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::core::error::Rejection;
use crate::core::providers::address::address_of;
use crate::core::providers::pixverse::calls::{AccountAccess, CredentialKind};
use crate::core::step::{ProviderCall, Reply, Verb};

/// What is known so far: who is looked at, and every answer that has come.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// Whose library it is: the account's id at the provider, its user name, nickname or e-mail address.
    pub account: String,
    /// `token` or `access_key`.
    pub credential_kind: String,
    /// The team workspace in digits; `0` is the personal one.
    #[serde(default = "personal")]
    pub workspace: String,
    /// Where the simulator is, when it is asked instead of the provider.
    #[serde(default)]
    pub simulator: Option<String>,
    /// The answers, each under the name of its call.
    #[serde(default)]
    pub replies: Vec<Answered>,
    /// The fixtures: file name and text.
    #[serde(default)]
    pub fixtures: Vec<(String, String)>,
}

/// The answer to a call.
#[derive(Clone, Debug, Deserialize)]
pub struct Answered {
    /// The name of the call.
    pub name: String,
    /// The HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// The body, or why no answer came.
    pub body: String,
}

impl Answered {
    fn reply(&self) -> Reply {
        match self.status {
            Some(status) => Reply::Answer { status, retry_after_s: None, body: self.body.clone() },
            None => Reply::Cut { reason: self.body.clone() },
        }
    }
}

fn personal() -> String {
    "0".to_owned()
}

/// What to do next: `{calls: [{name, method, url, headers, credential_header, body}]}`, or `{lines, fixtures}` at the end.
/// `credential_header` names the header that the credential goes into; the credential itself never comes here.
///
/// # Errors
/// [`Rejection`] when what was asked cannot be read. That the credential is another account's, or is not accepted, is
/// said as `{refused}`.
pub fn next(asked: &str) -> Result<Value, Rejection> {
    let asked: Asked =
        serde_json::from_str(asked).map_err(|error| Rejection::BadRequest { reason: error.to_string() })?;
    Ok(match ask::next_calls(&asked) {
        Err(refused) => json!({ "refused": refused }),
        Ok(calls) if calls.is_empty() => report::report(&asked),
        Ok(calls) => {
            let calls: Result<Value, String> =
                calls.iter().map(|(name, call)| rendered(&asked, name, call)).collect();
            calls.map_or_else(|refused| json!({ "refused": refused }), |calls| json!({ "calls": calls }))
        }
    })
}

impl Asked {
    fn access(&self) -> Result<AccountAccess, String> {
        let kind =
            CredentialKind::parse(&self.credential_kind).filter(|kind| *kind != CredentialKind::ApiKey);
        Ok(AccountAccess {
            sandbox: self.simulator.is_some(),
            workspace: self.workspace.clone(),
            credential: String::new(),
            credential_kind: kind.ok_or("only a token or an access key opens a library")?,
        })
    }

    fn reply(&self, name: &str) -> Option<Reply> {
        self.replies.iter().find(|answered| answered.name == name).map(Answered::reply)
    }
}

fn rendered(asked: &Asked, name: &str, call: &ProviderCall) -> Result<Value, String> {
    let url = address_of(call, asked.simulator.as_deref())?;
    let method = if call.verb == Verb::Post { "POST" } else { "GET" };
    Ok(json!({
        "name": name,
        "method": method,
        "url": url.as_str(),
        "headers": call.headers,
        "credential_header": call.credential.as_ref().map(|(header, _)| header),
        "body": call.body,
    }))
}
