//! A job's row, as its step reads it.

use crate::core::jobs::hint;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::row::row;
use crate::core::statement::Send;

row! {
    /// A due job, with the account that it works for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct JobRow {
        /// `run_…` or `job_…`.
        pub id: String,
        /// Whose it is.
        pub owner: i64,
        /// `sync`, `link`, `refresh`, `generate`, `poll`, `follow`, `drift_scan`.
        pub kind: String,
        /// The step that is due.
        pub step: i64,
        /// When it was asked for.
        pub created_ms: i64,
        /// JSON; each kind has its own shape.
        pub body: String,
        /// 1 when the owner's accounts live at the local simulator.
        pub sandbox: i64,
        /// The account, where the job has one.
        pub account: Option<String>,
        /// Its provider.
        pub provider_id: Option<String>,
        /// Its interface.
        pub api: Option<String>,
        /// The name by which sightings know it.
        pub identity: Option<String>,
        /// Its workspace.
        pub workspace: Option<String>,
        /// What the provider said of its credential last.
        pub account_state: Option<String>,
        /// Its sealed credential.
        pub credential: Option<String>,
        /// `token`, `access_key`, `api_key`.
        pub credential_kind: Option<String>,
        /// How often its provider may be asked.
        pub calls_per_minute: Option<i64>,
        /// JSON: the schema ledger of the account's listings.
        pub schemas: Option<String>,
        /// Rows that were written today, where somebody counts them.
        pub written_today: Option<i64>,
        /// The provider's webhook that is named in requests of this account.
        pub webhook_id: Option<String>,
    }
}

impl JobRow {
    /// All that a call for the account needs; `None` when it holds no credential.
    #[must_use]
    pub fn access(&self) -> Option<AccountAccess> {
        AccountAccess::from_row(
            self.sandbox == 1,
            self.workspace.as_deref().unwrap_or("0"),
            self.credential.as_deref(),
            self.credential_kind.as_deref(),
        )
    }
}

row! {
    /// A job that the tick found due.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DueRow {
        /// The job.
        pub id: String,
        /// Its kind.
        pub kind: String,
        /// The step that is due.
        pub step: i64,
    }
}

impl DueRow {
    /// The hint to send.
    #[must_use]
    pub fn send(self) -> Send {
        hint(&self.kind, &self.id, self.step, 0)
    }
}
