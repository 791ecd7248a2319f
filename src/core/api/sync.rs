//! Asking for a sync: a run that is queued, or the running one's answer.

use serde::Deserialize;

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::{JobView, run_response};
use crate::core::ids::{is_id, mint};
use crate::core::inventory::intake::Broken;
use crate::core::jobs::run::{CreateLineage, Mode, Run};
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::Api;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::row::row;
use crate::core::sql::run_control::record_filled;
use crate::core::sql::{jobs as job_sql, runs as sql};
use crate::core::statement::{Plan, rows_at};
use crate::core::step::{Committed, NowMs, Step};

row! {
    /// An account that can be walked.
    #[derive(Clone, Debug)]
    pub struct AccountRow {
        /// `acc_…`.
        pub id: String,
        /// The provider.
        pub provider_id: String,
        /// The interface.
        pub api: String,
        /// The name by which sightings know it.
        pub identity: String,
        /// The workspace.
        pub workspace: String,
        /// Its sealed credential.
        pub credential: Option<String>,
        /// What kind the credential is.
        pub credential_kind: Option<String>,
        /// What scans have established, JSON by listing.
        pub scans: Option<String>,
    }
}

impl AccountRow {
    /// All that a call needs; `None` when no credential is held.
    #[must_use]
    pub fn access(&self, sandbox: bool) -> Option<AccountAccess> {
        let (credential, kind) = (self.credential.as_deref(), self.credential_kind.as_deref());
        AccountAccess::from_row(sandbox, &self.workspace, credential, kind)
    }
}

/// Reads the account that the path names and goes on when it can list its library; says what else to do when not.
pub fn with_listable(
    call: Call,
    then: impl FnOnce(Call, AccountRow, AccountAccess, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    let (id, provider) = (call.param("id").to_owned(), call.param("provider_id").to_owned());
    with_listable_account(call, id, Some(provider), then)
}

/// As [`with_listable`], for an account that is named elsewhere.
pub fn with_listable_account(
    call: Call,
    id: String,
    provider: Option<String>,
    then: impl FnOnce(Call, AccountRow, AccountAccess, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    if !is_id("acc_", &id) {
        return Step::End(Problem::not_found("account", &id).into());
    }
    Step::read(vec![sql::account_access(call.owner.id, &id)], move |rows, now| {
        let account = match rows_at(&rows, 0).and_then(|rows| rows.first::<AccountRow>()) {
            Ok(Some(account)) if provider.is_none_or(|provider| provider == account.provider_id) => account,
            Ok(_) => return Step::End(Problem::not_found("account", &id).into()),
            Err(error) => return Step::End(Response::broken(&error)),
        };
        if account.api != Api::Library.as_str() {
            return Step::End(listing_not_supported(&account).into());
        }
        match account.access(call.owner.sandbox) {
            Some(access) => then(call, account, access, now),
            None => Step::End(no_credential(&account).into()),
        }
    })
}

fn listing_not_supported(account: &AccountRow) -> Problem {
    Problem::new(409, "listing_not_supported", "This account's interface has no listing")
        .detail(
            "Pixverse's open platform cannot list what was made with it. Connect the same person's library account \
             (device flow or access key) to scan it, or hand in pages; clips made through Driftline are tracked anyway.",
        )
        .member("api", account.api.clone())
        .member("instead", serde_json::json!(["POST /api/v1/accounts/connect", "POST /api/v1/accounts"]))
}

fn no_credential(account: &AccountRow) -> Problem {
    Problem::new(409, "auth_required", "This account holds no credential")
        .detail(format!("connect it again (POST /api/v1/accounts/connect) to scan account {}", account.id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default = "all")]
    mode: Mode,
    #[serde(default)]
    create_lineage: Option<LineageWord>,
    #[serde(default)]
    dry_run: bool,
    limit: Option<u64>,
    #[serde(default)]
    strategy: Option<String>,
    #[serde(default)]
    windows: bool,
    #[serde(default)]
    confirm_identity_shift: bool,
}

impl Body {
    fn run(&self, account: &AccountRow, now: NowMs) -> Run {
        let lineage = self.create_lineage.map_or(CreateLineage::Auto, LineageWord::meant);
        let mut run = Run::new(self.mode, lineage, self.dry_run, self.limit);
        // A comparison is about the whole library, unless it is asked to be short.
        run.full = self.strategy.as_deref().map_or(self.dry_run || self.windows, |word| word == "full");
        run.confirm_identity_shift = self.confirm_identity_shift;
        run.stand_on(account.scans.as_deref());
        if self.windows {
            run.walk_by_windows(now);
        }
        run
    }

    fn check(&self) -> Result<(), Problem> {
        if self.limit == Some(0) {
            return Err(Problem::invalid("limit", "a limit is at least 1"));
        }
        match self.strategy.as_deref() {
            None | Some("full") => Ok(()),
            Some("incremental") if !self.windows => Ok(()),
            Some("incremental") => {
                Err(Problem::invalid("windows", "only a full run walks by windows of time"))
            }
            Some(word) => Err(Problem::invalid("strategy", format!("{word:?} is not incremental or full"))),
        }
    }
}

const fn all() -> Mode {
    Mode::All
}

/// `create_lineage` as it may be written: a word, or a boolean.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum LineageWord {
    Switch(bool),
    Word(CreateLineage),
}

impl LineageWord {
    const fn meant(self) -> CreateLineage {
        match self {
            Self::Switch(true) => CreateLineage::Auto,
            Self::Switch(false) => CreateLineage::None,
            Self::Word(word) => word,
        }
    }
}

/// `POST /api/v1/providers/{provider_id}/accounts/{id}/sync-assets`: 202 with a run. A second request while one is
/// under way or paused answers with that one: it is resumed or cancelled before another begins.
#[must_use]
pub fn sync_assets(call: Call, _now: NowMs) -> Step<Response> {
    let body = match call.body::<Body>() {
        Ok(body) => body,
        Err(problem) => return Step::End(problem),
    };
    if let Err(problem) = body.check() {
        return Step::End(problem.into());
    }
    with_listable(call, move |call, account, _, now| {
        let run = body.run(&account, now);
        start(call, account, run, now)
    })
}

/// Queues a run, or answers with the one that is open.
pub fn start(call: Call, account: AccountRow, run: Run, now: NowMs) -> Step<Response> {
    let id = mint("run_", now, &call.request.entropy);
    let body = serde_json::to_string(&run).unwrap_or_default();
    let insert = job_sql::insert_job(&job_sql::NewJob {
        id: &id,
        owner: call.owner.id,
        kind: "sync",
        account: Some(&account.id),
        due_ms: now + LEASE_MS,
        now,
        body: &body,
    });
    let mut statements = vec![insert];
    statements.extend(run.fills.as_ref().map(|filled| record_filled(call.owner.id, filled, &id)));
    let plan = Plan { statements, sends: vec![hint("sync", &id, 0, 0)] };
    Step::commit(plan, move |committed, _| match committed {
        Committed::Done => {
            let view = JobView::new(&id, &account.id, "active", now, body);
            Step::End(accepted(&view, false))
        }
        _ => answer_with_running(call, account),
    })
}

fn answer_with_running(call: Call, account: AccountRow) -> Step<Response> {
    Step::read(vec![sql::open_run(call.owner.id, &account.id)], |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) => Step::End(accepted(&view, true)),
            // It ended between the two looks: the next request starts a new one.
            Ok(None) => Step::End(Problem::busy().into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn accepted(view: &JobView, running: bool) -> Response {
    let response = run_response(202, view)
        .with("location", format!("/api/v1/runs/{}", view.id))
        .with("retry-after", "1");
    if running { response.with("x-driftline-already-running", "true") } else { response }
}
