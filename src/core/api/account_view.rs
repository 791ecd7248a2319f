//! An account as its owner sees it: never its credential, and with what follows from the time of day.

use serde::Serialize;

use crate::core::api::reconciliation::sentence;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::media::Api;
use crate::core::providers::catalogue::api_of;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::row::row;
use crate::core::step::NowMs;

/// How long before its end a credential is worth a word.
const ATTENTION_MS: i64 = 7 * 24 * 3600 * 1000;

row! {
    /// An account's row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccountRow {
        /// `acc_…`.
        pub id: String,
        /// Its provider.
        pub provider_id: String,
        /// Its interface.
        pub api: Api,
        /// The name by which sightings know it.
        pub identity: String,
        /// The provider's own account id.
        pub provider_account_id: Option<String>,
        /// Its workspace, in digits.
        pub workspace: String,
        /// The owner's name for it.
        pub label: String,
        /// The sealed credential.
        pub credential: Option<String>,
        /// What kind it is.
        pub credential_kind: Option<String>,
        /// When it ends, where that is known.
        pub credential_expires_ms: Option<i64>,
        /// What the provider said last.
        pub state: String,
        /// Why it is not ready.
        pub reason: Option<String>,
        /// When it was added first.
        pub created_ms: i64,
        /// When it was deleted.
        pub deleted_ms: Option<i64>,
        /// The provider's name of its webhook.
        pub webhook_id: Option<String>,
        /// 1 when the webhook's secret is held.
        pub webhook_secret_set: i64,
        /// How often its provider may be asked.
        pub calls_per_minute: Option<i64>,
        /// What scans have established, JSON by listing.
        pub scans: Option<String>,
        /// How often it is synced by itself.
        pub auto_sync: Option<String>,
        /// Whether its files are looked for by themselves.
        pub link_checks: String,
    }
}

/// An account in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountView {
    /// `acc_…`.
    pub id: String,
    /// Its provider.
    pub provider_id: String,
    /// Its interface.
    pub api: Api,
    /// The owner's name for it.
    pub label: String,
    /// Its workspace; `0` is the personal one.
    pub workspace_id: String,
    /// The provider's own account id; null for an account that only takes pages handed in.
    pub provider_account_id: Option<String>,
    /// `ready`, `needs_attention` (the credential ends within seven days) or `auth_required`.
    pub state: &'static str,
    /// Why it is not ready, and what to do, in plain words.
    pub reason: Option<String>,
    /// `token`, `access_key`, `api_key`, or null without a credential.
    pub credential_type: Option<String>,
    /// When the credential ends, where that is known.
    pub credential_expires_at: Option<String>,
    /// When it was added first.
    pub created_at: String,
    /// Whether it can be synced.
    pub can_list: bool,
    /// Its webhook; null where the interface has none.
    pub webhook: Option<WebhookView>,
    /// How often its provider may be asked; null for the usual pace.
    pub calls_per_minute: Option<i64>,
    /// How often it is synced by itself: `off`, `hourly`, `daily`.
    pub auto_sync: String,
    /// Whether its files are looked for by themselves: `slow`, `off`.
    pub link_checks: String,
    /// What the last complete scan found, in one sentence; null before the first.
    pub reconciliation: Option<String>,
}

/// An account's webhook in an answer. The secret itself is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookView {
    /// The provider's name of it, which goes along with requests.
    pub id: Option<String>,
    /// Whether a secret is held, without which no delivery is believed.
    pub secret_set: bool,
    /// Where the provider delivers to.
    pub path: String,
}

impl AccountRow {
    /// What the account's `ETag` is taken of: the view, but for the sentence that changes with the time of day alone.
    #[must_use]
    pub fn version(&self, now: NowMs) -> String {
        let timeless = AccountView { reconciliation: None, ..self.view(now) };
        format!("{} {}", Response::json(200, &timeless).body, self.scans.as_deref().unwrap_or_default())
    }

    /// The account as it is shown at this time.
    #[must_use]
    pub fn view(&self, now: NowMs) -> AccountView {
        let (state, reason) = self.standing(now);
        let lists = api_of(&self.provider_id, self.api).is_some_and(|api| api.can_list);
        AccountView {
            id: self.id.clone(),
            provider_id: self.provider_id.clone(),
            api: self.api,
            label: self.label.clone(),
            workspace_id: self.workspace.clone(),
            provider_account_id: self.provider_account_id.clone(),
            state,
            reason,
            credential_type: self.credential_kind.clone(),
            credential_expires_at: self.credential_expires_ms.map(rfc3339),
            created_at: rfc3339(self.created_ms),
            can_list: lists && self.credential.is_some(),
            webhook: self.webhook(),
            calls_per_minute: self.calls_per_minute,
            auto_sync: self.auto_sync.clone().unwrap_or_else(|| "off".to_owned()),
            link_checks: self.link_checks.clone(),
            reconciliation: sentence(self, now),
        }
    }

    /// What calls on behalf of this account need; `None` when it holds no credential.
    #[must_use]
    pub fn access(&self, sandbox: bool) -> Option<AccountAccess> {
        let kind = self.credential_kind.as_deref();
        AccountAccess::from_row(sandbox, &self.workspace, self.credential.as_deref(), kind)
    }

    fn webhook(&self) -> Option<WebhookView> {
        let has_webhooks = api_of(&self.provider_id, self.api).is_some_and(|api| api.webhooks);
        has_webhooks.then(|| WebhookView {
            id: self.webhook_id.clone(),
            secret_set: self.webhook_secret_set == 1,
            path: format!("/api/v1/webhooks/{}/{}", self.provider_id, self.id),
        })
    }

    fn standing(&self, now: NowMs) -> (&'static str, Option<String>) {
        if self.state == "auth_required" {
            return ("auth_required", self.reason.clone());
        }
        match self.credential_expires_ms {
            Some(end) if end <= now => {
                let reason = format!("the credential ended on {}: connect the account again", rfc3339(end));
                ("auth_required", Some(reason))
            }
            Some(end) if end <= now + ATTENTION_MS => {
                let reason =
                    format!("the credential ends on {}: connect the account again to renew it", rfc3339(end));
                ("needs_attention", Some(reason))
            }
            _ => ("ready", None),
        }
    }
}
