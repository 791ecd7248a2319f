//! The form of every request to Pixverse: host paths, headers, which credential goes into which header. Which calls a
//! step needs, and what their answers mean, is left to others. The edge adds `ai-trace-id`, new for every request, and
//! the content type of a body: both are bytes, not rules.

use crate::core::carry::Carry;
use crate::core::providers::pixverse::PROVIDER_ID;
use crate::core::step::{ProviderCall, Verb};

/// Pixverse's library interface, the one its own clients speak.
const LIBRARY: &str = "/creative_platform/";
/// Pixverse's interface for API keys.
const OPEN_PLATFORM: &str = "/openapi/v2/";

/// What kind of secret an account holds; each goes into a header of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// From the device flow; lasts thirty days.
    Token,
    /// A long-lived key of the library interface.
    AccessKey,
    /// A key of the open platform.
    ApiKey,
}

impl CredentialKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Token, Self::AccessKey, Self::ApiKey];

    /// The kind as it is written in rows and requests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::AccessKey => "access_key",
            Self::ApiKey => "api_key",
        }
    }

    /// Reads it back; `None` for a kind that is not known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    const fn header(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::AccessKey => "access-key",
            Self::ApiKey => "api-key",
        }
    }
}

/// All that a call needs to know of the account that it is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAccess {
    /// True when the account lives at the local simulator.
    pub sandbox: bool,
    /// The workspace, in digits; `0` is the personal one.
    pub workspace: String,
    /// The sealed credential.
    pub credential: String,
    /// What kind it is.
    pub credential_kind: CredentialKind,
}

impl AccountAccess {
    /// From the columns of an account's row; `None` when it holds no credential, or one of an unknown kind.
    #[must_use]
    pub fn from_row(
        sandbox: bool,
        workspace: &str,
        credential: Option<&str>,
        credential_kind: Option<&str>,
    ) -> Option<Self> {
        Some(Self {
            sandbox,
            workspace: workspace.to_owned(),
            credential: credential?.to_owned(),
            credential_kind: CredentialKind::parse(credential_kind?)?,
        })
    }
}

/// A call to the library interface for an account. `path` is below `creative_platform/`, such as `asset/library/list`.
#[must_use]
pub fn library_call(account: &AccountAccess, verb: Verb, path: &str, body: Option<String>) -> ProviderCall {
    let mut call = library_call_without_account(account.sandbox, verb, path, body);
    if account.workspace != "0" {
        call.headers.push(("workspace-id", account.workspace.clone()));
    }
    call.credential = Some((account.credential_kind.header(), account.credential.clone()));
    call
}

/// A call to the library interface before there is an account: the device flow.
///
/// `x-platform` is the kind of client, as the official one sends it; `x-cli-source` says who is really asking, in the
/// member that the official client keeps for that.
#[must_use]
pub fn library_call_without_account(
    sandbox: bool,
    verb: Verb,
    path: &str,
    body: Option<String>,
) -> ProviderCall {
    let headers = vec![
        ("accept-language", "en-US".to_owned()),
        ("x-platform", "CLI".to_owned()),
        ("x-cli-source", "driftline".to_owned()),
    ];
    call(sandbox, verb, format!("{LIBRARY}{path}"), headers, body)
}

/// A call to the open platform for an account. `path` is below `openapi/v2/`, such as `account/balance`.
#[must_use]
pub fn open_platform_call(
    account: &AccountAccess,
    verb: Verb,
    path: &str,
    body: Option<String>,
) -> ProviderCall {
    let mut call = call(account.sandbox, verb, format!("{OPEN_PLATFORM}{path}"), Vec::new(), body);
    call.credential = Some((account.credential_kind.header(), account.credential.clone()));
    call
}

/// Asks for a file's head, with nothing that says who asks. Whether its host may be asked is for `address` to say.
#[must_use]
pub fn head_call(sandbox: bool, url: &str) -> ProviderCall {
    call(sandbox, Verb::Head, url.to_owned(), Vec::new(), None)
}

/// Carries a file into the object store, under a path without its ending. The signature is its credential.
#[must_use]
pub fn carry_call(sandbox: bool, path: String, file: Carry) -> ProviderCall {
    ProviderCall { file: Some(Box::new(file)), ..call(sandbox, Verb::Put, path, Vec::new(), None) }
}

fn call(
    sandbox: bool,
    verb: Verb,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
) -> ProviderCall {
    ProviderCall {
        provider_id: PROVIDER_ID.to_owned(),
        sandbox,
        verb,
        path,
        headers,
        credential: None,
        body,
        open: Vec::new(),
        seal: Vec::new(),
        file: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(workspace: &str, kind: &str) -> AccountAccess {
        AccountAccess::from_row(false, workspace, Some("sealed"), Some(kind)).unwrap()
    }

    #[test]
    fn the_credential_goes_into_the_header_of_its_kind_and_nowhere_else() {
        let body = Some("{}".to_owned());
        let call = library_call(&account("0", "token"), Verb::Post, "asset/library/list", body);
        assert_eq!(call.path, "/creative_platform/asset/library/list");
        assert_eq!(call.credential, Some(("token", "sealed".to_owned())));
        assert!(call.headers.iter().all(|(_, value)| value != "sealed"));
        let call = library_call(&account("0", "access_key"), Verb::Get, "getUserInfo", None);
        assert_eq!(call.credential, Some(("access-key", "sealed".to_owned())));
        let call = open_platform_call(&account("0", "api_key"), Verb::Get, "account/balance", None);
        assert_eq!((call.path.as_str(), call.headers.len()), ("/openapi/v2/account/balance", 0));
        assert_eq!(call.credential, Some(("api-key", "sealed".to_owned())));
    }

    #[test]
    fn only_a_team_workspace_is_named() {
        let named = |workspace| {
            let call = library_call(&account(workspace, "token"), Verb::Get, "getUserInfo", None);
            call.headers.iter().any(|(name, _)| *name == "workspace-id")
        };
        assert!(!named("0"));
        assert!(named("77"));
    }

    #[test]
    fn an_account_without_a_known_credential_gives_no_access() {
        assert_eq!(AccountAccess::from_row(false, "0", None, Some("token")), None);
        assert_eq!(AccountAccess::from_row(false, "0", Some("sealed"), Some("password")), None);
    }
}
