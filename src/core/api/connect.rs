//! `/accounts/connect`: a person approves a code at the provider, and an account follows. The provider gives its token
//! once: it is written down before anything else is asked. Whoever polls, one at a time asks the provider, and no
//! sooner than it wants.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::core::api::accounts::{commit, row_at};
use crate::core::api::credentials::{account_of, new_account_id};
use crate::core::api::input::{known_provider, optional_short_text, workspace_id};
use crate::core::api::problem::Problem;
use crate::core::api::provider_failure::unavailable;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::media::Api;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::account::{
    DevicePoll, DeviceStart, Profile, explain, parse_device_poll, parse_device_start, parse_profile,
    poll_device, profile_calls, start_device,
};
use crate::core::providers::pixverse::calls::{AccountAccess, CredentialKind};
use crate::core::row::row;
use crate::core::sql::accounts::upsert_account;
use crate::core::sql::connections as sql;
use crate::core::sql::connections::ConnectionKey;
use crate::core::sql::run_control::resume_renewed;
use crate::core::statement::{BadRows, Rows, Statement, rows_at};
use crate::core::step::{NowMs, Step};

/// How long one asker has the turn: longer than its calls may take. Should it die, the next one waits that long.
const LEASE_MS: i64 = 60_000;
/// How much longer to wait when the provider says `slow_down` (RFC 8628, 3.5).
const SLOW_DOWN_S: i64 = 5;
/// How long ended flows can still be read.
const KEPT_MS: i64 = 24 * 3600 * 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectBody {
    provider_id: String,
    label: Option<String>,
    workspace_id: Option<Value>,
}

/// What a flow's row remembers. The two secrets are sealed, and dropped when the flow ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Flow {
    user_code: String,
    verification_url: String,
    interval_s: i64,
    workspace: String,
    label: Option<String>,
    device_code: Option<String>,
    credential: Option<String>,
    credential_expires_ms: Option<i64>,
    /// Why it goes on or has ended, in plain words.
    reason: Option<String>,
}

impl Flow {
    fn text(&self) -> String {
        // Texts and numbers cannot fail to serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Its last form: without secrets.
    fn ended(mut self, reason: Option<String>) -> String {
        (self.device_code, self.credential, self.reason) = (None, None, reason);
        self.text()
    }
}

row! {
    struct ConnectionRow {
        id: String,
        provider_id: String,
        state: String,
        body: String,
        due_ms: i64,
        expires_ms: i64,
    }
}

impl ConnectionRow {
    fn flow(&self) -> Result<Flow, BadRows> {
        serde_json::from_str(&self.body)
            .map_err(|error| BadRows { reason: format!("connection {}: {error}", self.id) })
    }
}

/// Begins a device flow.
#[must_use]
pub fn start(call: Call, _now: NowMs) -> Step<Response> {
    let (provider_id, label, workspace) = match parse_wanted(&call) {
        Ok(wanted) => wanted,
        Err(problem) => return Step::End(problem),
    };
    let sandbox = call.owner.sandbox;
    Step::call(vec![start_device(sandbox)], move |replies, now| {
        let started = replies.first().map(|reply| parse_device_start(reply, sandbox));
        match started {
            Some(Ok(started)) => write_down(&call, provider_id, started, label, workspace, now),
            Some(Err(failure)) => Step::End(unavailable(&failure).into()),
            None => Step::End(Problem::internal("a call was not answered").into()),
        }
    })
}

fn parse_wanted(call: &Call) -> Result<(&'static str, Option<String>, String), Response> {
    let body = call.body::<ConnectBody>()?;
    let provider = known_provider(&body.provider_id)?;
    if !provider.apis.iter().any(|api| api.can_connect) {
        return Err(Problem::invalid("provider_id", "this provider has no device flow").into());
    }
    let label = optional_short_text("label", body.label.as_deref())?;
    Ok((provider.id, label, workspace_id(body.workspace_id.as_ref())?))
}

fn write_down(
    call: &Call,
    provider_id: &'static str,
    started: DeviceStart,
    label: Option<String>,
    workspace: String,
    now: NowMs,
) -> Step<Response> {
    let id = mint("con_", now, &format!("connection\n{}", call.request.entropy));
    let key = ConnectionKey { owner: call.owner.id, id };
    let flow = Flow {
        user_code: started.user_code,
        verification_url: started.verification_url,
        interval_s: started.interval_s,
        workspace,
        label,
        device_code: Some(started.device_code),
        credential: None,
        credential_expires_ms: None,
        reason: None,
    };
    let (due_ms, expires_ms) = (now + started.interval_s * 1000, now + started.expires_in_s * 1000);
    let statements = vec![
        sql::delete_connections_before(key.owner, now - KEPT_MS),
        sql::insert_connection(&key, provider_id, flow.text(), due_ms, expires_ms),
    ];
    let location = format!("/api/v1/accounts/connect/{}", key.id);
    commit(statements, move |_| {
        show(key, move |shown| Response { status: 201, ..shown }.with("location", location))
    })
}

/// Whose turn it is, and what is known so far.
struct Turn {
    key: ConnectionKey,
    call: Call,
    provider_id: String,
    flow: Flow,
    lease_ms: i64,
    expires_ms: i64,
}

/// Says how a device flow stands, and asks the provider when it is time.
#[must_use]
pub fn status(call: Call, now: NowMs) -> Step<Response> {
    let key = ConnectionKey { owner: call.owner.id, id: call.param("id").to_owned() };
    let lease_ms = now + LEASE_MS;
    let mut statements = vec![sql::take_connection(&key, now, lease_ms)];
    statements.extend(shown_by(&key));
    Step::read(statements, move |rows, now| match take_turn(&key, call, lease_ms, &rows) {
        Ok(Some(turn)) => go_on(turn, now),
        Ok(None) => {
            let shown = rows.get(1..).unwrap_or_default();
            Step::End(render(&key, shown, now).unwrap_or_else(|error| Response::broken(&error)))
        }
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn take_turn(key: &ConnectionKey, call: Call, lease_ms: i64, rows: &[Rows]) -> Result<Option<Turn>, BadRows> {
    let Some(row) = rows_at(rows, 0)?.first::<ConnectionRow>()? else { return Ok(None) };
    let flow = row.flow()?;
    let (key, provider_id, expires_ms) = (key.clone(), row.provider_id, row.expires_ms);
    Ok(Some(Turn { key, call, provider_id, flow, lease_ms, expires_ms }))
}

fn go_on(turn: Turn, now: NowMs) -> Step<Response> {
    let Some(device_code) = turn.flow.device_code.clone() else { return identify(turn, now) };
    Step::call(vec![poll_device(turn.call.owner.sandbox, &device_code)], move |replies, now| {
        match replies.first().map(parse_device_poll) {
            Some(DevicePoll::Granted { credential, expires_in_s }) => {
                keep_token(turn, credential, expires_in_s, now)
            }
            Some(DevicePoll::Pending) => wait(turn, None, 0, now),
            Some(DevicePoll::SlowDown) => wait(turn, None, SLOW_DOWN_S, now),
            Some(DevicePoll::Failed(failure)) => wait(turn, Some(&failure), 0, now),
            Some(DevicePoll::Expired) => expire(turn),
            Some(DevicePoll::Denied(failure)) => deny(turn, format!("not approved (code {})", failure.code)),
            None => Step::End(Problem::internal("a call was not answered").into()),
        }
    })
}

/// Nothing new: gives the turn back until the interval is over.
fn wait(mut turn: Turn, failure: Option<&Failure>, longer_s: i64, now: NowMs) -> Step<Response> {
    if turn.flow.credential.is_none() && now >= turn.expires_ms {
        return expire(turn);
    }
    turn.flow.interval_s += longer_s;
    turn.flow.reason = failure.map(explain);
    let asked_s = failure.and_then(|failure| failure.retry_after_s).map_or(0, i64::from).min(3600);
    let due_ms = now + turn.flow.interval_s.max(asked_s) * 1000;
    let statement = sql::delay_connection(&turn.key, turn.lease_ms, turn.flow.text(), due_ms);
    commit(vec![statement], move |_| show(turn.key, |shown| shown))
}

fn expire(turn: Turn) -> Step<Response> {
    end(turn, "expired", "the code was not approved in time: connect again".to_owned())
}

fn deny(turn: Turn, reason: String) -> Step<Response> {
    end(turn, "denied", reason)
}

fn end(turn: Turn, state: &'static str, reason: String) -> Step<Response> {
    let statement = sql::end_connection(&turn.key, turn.lease_ms, state, turn.flow.ended(Some(reason)));
    commit(vec![statement], move |_| show(turn.key, |shown| shown))
}

/// Writes the token down before anything else can go wrong.
fn keep_token(mut turn: Turn, credential: String, expires_in_s: Option<i64>, now: NowMs) -> Step<Response> {
    turn.flow.device_code = None;
    turn.flow.credential = Some(credential);
    turn.flow.credential_expires_ms = expires_in_s.map(|seconds| now + seconds * 1000);
    turn.lease_ms = now + LEASE_MS;
    let statement = sql::grant_connection(&turn.key, turn.flow.text(), turn.lease_ms);
    commit(vec![statement], move |now| identify(turn, now))
}

/// Asks whose token it is.
fn identify(turn: Turn, now: NowMs) -> Step<Response> {
    let Some(credential) = turn.flow.credential.clone() else { return expire(turn) };
    let access = AccountAccess {
        sandbox: turn.call.owner.sandbox,
        workspace: turn.flow.workspace.clone(),
        credential,
        credential_kind: CredentialKind::Token,
    };
    let id = new_account_id(&turn.call, now);
    Step::call(profile_calls(Api::Library, &access), move |replies, now| {
        match parse_profile(Api::Library, &turn.flow.workspace, &replies) {
            Ok(profile) => finish(turn, id, access, &profile, now),
            Err(failure) if matches!(failure.class, Class::Auth | Class::Forbidden) => {
                deny(turn, explain(&failure))
            }
            Err(failure) => wait(turn, Some(&failure), 0, now),
        }
    })
}

fn finish(turn: Turn, id: String, access: AccountAccess, profile: &Profile, now: NowMs) -> Step<Response> {
    let (label, expires_ms) = (turn.flow.label.clone(), turn.flow.credential_expires_ms);
    let account = account_of(&turn.provider_id, Api::Library, label, id, access, profile, expires_ms);
    let statements = vec![
        upsert_account(turn.key.owner, &account, now),
        resume_renewed(turn.key.owner, &account.identity, now),
        sql::connect_connection(&turn.key, &account.identity, turn.flow.ended(None)),
    ];
    commit(statements, move |_| show(turn.key, |shown| shown))
}

fn shown_by(key: &ConnectionKey) -> Vec<Statement> {
    vec![sql::connection(key), sql::account_of_connection(key)]
}

fn show(key: ConnectionKey, then: impl FnOnce(Response) -> Response + 'static) -> Step<Response> {
    Step::read(shown_by(&key), move |rows, now| {
        Step::End(then(render(&key, &rows, now).unwrap_or_else(|error| Response::broken(&error))))
    })
}

fn render(key: &ConnectionKey, rows: &[Rows], now: NowMs) -> Result<Response, BadRows> {
    let Some(row) = rows_at(rows, 0)?.first::<ConnectionRow>()? else {
        return Ok(Problem::not_found("connection", &key.id).into());
    };
    let flow = row.flow()?;
    let account = row_at(rows, 1)?;
    // While somebody has the turn, `due_ms` is the end of the lease: nobody needs to wait that long.
    let wait_s = ((row.due_ms - now).max(0) + 999).div_euclid(1000);
    let is_pending = matches!(row.state.as_str(), "pending" | "granted");
    Ok(Response::json(
        200,
        &json!({
            "id": row.id,
            "provider_id": row.provider_id,
            "state": if is_pending { "pending" } else { row.state.as_str() },
            "reason": flow.reason,
            "user_code": flow.user_code,
            "verification_url": flow.verification_url,
            "expires_at": rfc3339(row.expires_ms),
            "poll_after_s": is_pending.then(|| wait_s.clamp(1, flow.interval_s.max(1))),
            "account": account.map(|account| account.view(now)),
        }),
    )
    .with("cache-control", "no-store"))
}
