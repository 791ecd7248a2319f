//! `POST /accounts` and `POST /accounts/{id}/check`: a credential is believed when the provider has said whose it is.
//! The secret itself never comes by here: the edge has sealed it.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::core::api::account_view::AccountRow;
use crate::core::api::accounts::{commit, no_webhooks, row_at, webhook_changes, with_account};
use crate::core::api::input::{known_provider, optional_short_text, workspace_id};
use crate::core::api::problem::Problem;
use crate::core::api::provider_failure::account_problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::media::Api;
use crate::core::providers::catalogue::{ProviderInfo, api_of};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::account::{Profile, explain, parse_profile, profile_calls};
use crate::core::providers::pixverse::calls::{AccountAccess, CredentialKind};
use crate::core::sql::accounts as sql;
use crate::core::sql::accounts::{NewAccount, WebhookChanges};
use crate::core::sql::run_control::resume_renewed;
use crate::core::step::{NowMs, Step};

/// The longest label, in characters, that is made of a provider's own names.
const LONGEST_LABEL: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    provider_id: String,
    api: Option<String>,
    label: Option<String>,
    workspace_id: Option<Value>,
    /// Read by hand: a parser's message may quote what it could not read, and this is a secret.
    credential: Option<Value>,
    webhook_id: Option<Value>,
    webhook_secret: Option<Value>,
}

/// What was asked for, checked.
struct Wanted {
    provider: &'static ProviderInfo,
    api: Api,
    label: Option<String>,
    workspace: String,
    credential: Option<(CredentialKind, String)>,
    webhook: WebhookChanges,
}

/// Adds an account, or renews the one that the credential belongs to.
#[must_use]
pub fn create(call: Call, now: NowMs) -> Step<Response> {
    let wanted = match parse_wanted(&call) {
        Ok(wanted) => wanted,
        Err(problem) => return Step::End(problem),
    };
    let id = new_account_id(&call, now);
    let Some((kind, credential)) = wanted.credential.clone() else {
        return store(call.owner.id, account_for_pages(wanted, id), now);
    };
    let access = AccountAccess {
        sandbox: call.owner.sandbox,
        workspace: wanted.workspace.clone(),
        credential,
        credential_kind: kind,
    };
    Step::call(profile_calls(wanted.api, &access), move |replies, now| {
        match parse_profile(wanted.api, &wanted.workspace, &replies) {
            Ok(profile) => {
                let mut account =
                    account_of(wanted.provider.id, wanted.api, wanted.label, id, access, &profile, None);
                account.webhook_id = wanted.webhook.id.flatten();
                account.webhook_secret = wanted.webhook.secret.flatten();
                store(call.owner.id, account, now)
            }
            Err(failure) => Step::End(account_problem(&failure).into()),
        }
    })
}

fn parse_wanted(call: &Call) -> Result<Wanted, Response> {
    let body = call.body::<AccountBody>()?;
    let provider = known_provider(&body.provider_id)?;
    let api = body.api.as_deref().unwrap_or(Api::Library.as_str());
    let Some(api) = Api::parse(api).filter(|api| api_of(provider.id, *api).is_some()) else {
        return Err(Problem::invalid("api", format!("{api:?} is not library or open_platform")).into());
    };
    let label = optional_short_text("label", body.label.as_deref())?;
    let workspace = workspace_id(body.workspace_id.as_ref())?;
    let credential = body.credential.filter(|value| !value.is_null());
    let credential = credential.map(|value| parse_credential(provider, api, &value)).transpose()?;
    if api == Api::OpenPlatform && credential.is_none() {
        return Err(Problem::invalid("credential", "an open_platform account needs an api_key").into());
    }
    if workspace != "0" && (api == Api::OpenPlatform || credential.is_none()) {
        return Err(Problem::invalid(
            "workspace_id",
            "only a library account with a credential has workspaces",
        )
        .into());
    }
    let mut webhook = Map::new();
    let members = [("webhook_id", body.webhook_id), ("webhook_secret", body.webhook_secret)];
    webhook.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    let webhook = webhook_changes(&webhook)?;
    if webhook != WebhookChanges::default() && !api_of(provider.id, api).is_some_and(|info| info.webhooks) {
        return Err(no_webhooks().into());
    }
    Ok(Wanted { provider, api, label, workspace, credential, webhook })
}

fn parse_credential(
    provider: &ProviderInfo,
    api: Api,
    value: &Value,
) -> Result<(CredentialKind, String), Response> {
    let allowed = api_of(provider.id, api).map_or(&[] as &[_], |info| info.credentials);
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some(kind) =
        CredentialKind::parse(kind).filter(|kind| allowed.iter().any(|info| info.kind == kind.as_str()))
    else {
        let kinds: Vec<_> = allowed.iter().map(|info| info.kind).collect();
        let rule = format!("for {api} this must be {}", kinds.join(" or "));
        return Err(Problem::invalid("credential.type", rule).into());
    };
    match value.get("value").and_then(Value::as_str).filter(|value| !value.trim().is_empty()) {
        Some(value) => Ok((kind, value.to_owned())),
        None => Err(Problem::invalid("credential.value", "this must be the secret itself, as text").into()),
    }
}

/// An id for an account, should it be new.
#[must_use]
pub fn new_account_id(call: &Call, now: NowMs) -> String {
    mint("acc_", now, &format!("account\n{}", call.request.entropy))
}

/// An account that only takes what is handed in.
fn account_for_pages(wanted: Wanted, id: String) -> NewAccount {
    NewAccount {
        identity: format!("{}:{}:local-{id}:0", wanted.provider.id, wanted.api),
        provider_id: wanted.provider.id.to_owned(),
        api: wanted.api.as_str(),
        provider_account_id: None,
        workspace: "0".to_owned(),
        default_label: format!("{}, pages handed in", wanted.provider.name),
        label: wanted.label,
        credential: None,
        credential_kind: None,
        credential_expires_ms: None,
        webhook_id: None,
        webhook_secret: None,
        id,
    }
}

/// The account that a provider says a credential belongs to.
#[must_use]
pub fn account_of(
    provider_id: &str,
    api: Api,
    label: Option<String>,
    id: String,
    access: AccountAccess,
    profile: &Profile,
    expires_ms: Option<i64>,
) -> NewAccount {
    NewAccount {
        id,
        provider_id: provider_id.to_owned(),
        api: api.as_str(),
        identity: format!("{provider_id}:{api}:{}:{}", profile.account_id, access.workspace),
        provider_account_id: Some(profile.account_id.clone()),
        default_label: default_label(provider_id, &access.workspace, profile),
        workspace: access.workspace,
        label,
        credential: Some(access.credential),
        credential_kind: Some(access.credential_kind.as_str()),
        credential_expires_ms: expires_ms,
        webhook_id: None,
        webhook_secret: None,
    }
}

fn default_label(provider_id: &str, workspace: &str, profile: &Profile) -> String {
    let name = profile.name.clone().unwrap_or_else(|| format!("{provider_id} {}", profile.account_id));
    let team = profile.workspaces.iter().flatten().find(|one| one.workspace_id == workspace);
    let label = match team.and_then(|team| team.name.as_ref()) {
        Some(team) => format!("{name}, {team}"),
        None => name,
    };
    label.chars().filter(|char| !char.is_control()).take(LONGEST_LABEL).collect()
}

fn store(owner: i64, account: NewAccount, now: NowMs) -> Step<Response> {
    let statements =
        vec![sql::upsert_account(owner, &account, now), resume_renewed(owner, &account.identity, now)];
    commit(statements, move |_| {
        Step::read(vec![sql::account_by_identity(owner, &account.identity)], move |rows, now| {
            Step::End(match row_at(&rows, 0) {
                Ok(Some(row)) => render_stored(&row, row.id == account.id, now),
                Ok(None) => Problem::busy().into(),
                Err(error) => Response::broken(&error),
            })
        })
    })
}

fn render_stored(row: &AccountRow, is_new: bool, now: NowMs) -> Response {
    let status = if is_new { 201 } else { 200 };
    Response::json(status, &row.view(now)).with("location", format!("/api/v1/accounts/{}", row.id))
}

/// Asks the provider how an account stands, and says it in plain words.
#[must_use]
pub fn check(call: Call, _now: NowMs) -> Step<Response> {
    with_account(call, |call, row, now| {
        let Some(access) = row.access(call.owner.sandbox) else {
            let problem = json!({
                "class": "no_credential",
                "detail": "this account holds no credential: it takes pages handed in, and cannot be synced",
            });
            return Step::End(Response::json(200, &report(&row, Err(problem), now)));
        };
        Step::call(profile_calls(row.api, &access), move |replies, now| {
            let profile = parse_profile(row.api, &row.workspace, &replies);
            record(&call, &row, &access, profile, now)
        })
    })
}

fn record(
    call: &Call,
    row: &AccountRow,
    access: &AccountAccess,
    profile: Result<Profile, Failure>,
    now: NowMs,
) -> Step<Response> {
    let (owner, id) = (call.owner.id, row.id.clone());
    let refused_because = match &profile {
        Ok(_) => None,
        Err(failure) if failure.class == Class::Auth => Some(explain(failure)),
        // The provider's trouble says nothing of the credential.
        Err(failure) => return Step::End(Response::json(200, &report(row, Err(problem(failure)), now))),
    };
    let mut statements =
        vec![sql::record_credential_state(owner, &id, &access.credential, refused_because.as_deref(), now)];
    if refused_because.is_none() {
        statements.push(resume_renewed(owner, &row.identity, now));
    }
    commit(statements, move |_| {
        Step::read(vec![sql::account_or_deleted(owner, &id)], move |rows, now| {
            Step::End(match row_at(&rows, 0) {
                Ok(Some(row)) => {
                    Response::json(200, &report(&row, profile.map_err(|failure| problem(&failure)), now))
                }
                Ok(None) => Problem::not_found("account", &id).into(),
                Err(error) => Response::broken(&error),
            })
        })
    })
}

fn problem(failure: &Failure) -> Value {
    json!({ "class": failure.class, "provider_code": failure.code, "detail": explain(failure) })
}

fn report(row: &AccountRow, found: Result<Profile, Value>, now: NowMs) -> Value {
    let (profile, problem) = match found {
        Ok(profile) => (profile, None),
        Err(problem) => (Profile::default(), Some(problem)),
    };
    json!({
        "ok": problem.is_none(),
        "problem": problem,
        "credits": profile.credits,
        "plan": profile.plan,
        "workspaces": profile.workspaces,
        "checked_at": rfc3339(now),
        "account": row.view(now),
    })
}
