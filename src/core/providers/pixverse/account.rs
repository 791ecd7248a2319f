//! Who an account is: which calls tell it, and what their answers say. Also the device flow, by which a person lets
//! Driftline in without a password. What is stored of it is left to the handlers.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core::gather::object_of;
use crate::core::json::is_absent_text;
use crate::core::media::Api;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::{
    AccountAccess, library_call, library_call_without_account, open_platform_call,
};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::step::{ProviderCall, Reply, Verb};

/// A device flow that has begun, as the provider says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceStart {
    /// Sealed: whoever has it gets the token.
    pub device_code: String,
    /// What the person compares.
    pub user_code: String,
    /// Where the person says yes.
    pub verification_url: String,
    /// How long the code lives.
    pub expires_in_s: i64,
    /// How long to wait between two questions.
    pub interval_s: i64,
}

/// What the provider says while a person decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DevicePoll {
    /// The person said yes.
    Granted {
        /// The sealed access token.
        credential: String,
        /// How long it lasts; `None` when the provider does not say.
        expires_in_s: Option<i64>,
    },
    /// The person has not decided.
    Pending,
    /// Asked too often: wait five seconds longer each time.
    SlowDown,
    /// The code is too old, or used.
    Expired,
    /// The person said no, or the provider did.
    Denied(Failure),
    /// Nothing was learned; worth asking again.
    Failed(Failure),
}

/// What the provider says of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The provider's own account id.
    pub account_id: String,
    /// What the person calls the account there.
    pub name: Option<String>,
    /// Credits by the provider's own names, where it says any.
    pub credits: Option<Value>,
    /// The membership, in the provider's own numbers.
    pub plan: Option<Value>,
    /// The team workspaces that the account may use.
    pub workspaces: Option<Vec<Workspace>>,
}

/// A team's library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Workspace {
    /// In digits.
    pub workspace_id: String,
    /// The team's name for it.
    pub name: Option<String>,
}

/// Begins a device flow. The edge seals the device code in the answer.
#[must_use]
pub fn start_device(sandbox: bool) -> ProviderCall {
    let mut call = library_call_without_account(sandbox, Verb::Post, "oauth/device/authorize", None);
    call.seal = vec!["/Resp/device_code", "/resp/device_code"];
    call
}

/// Asks whether the person has decided. The edge opens the device code, and seals the token in the answer.
#[must_use]
pub fn poll_device(sandbox: bool, sealed_device_code: &str) -> ProviderCall {
    let body = serde_json::json!({ "device_code": sealed_device_code }).to_string();
    let mut call = library_call_without_account(sandbox, Verb::Post, "oauth/device/token", Some(body));
    call.open = vec!["/device_code"];
    call.seal = vec!["/Resp/access_token", "/resp/access_token"];
    call
}

/// Asks who an account is and how it stands.
#[must_use]
pub fn profile_calls(api: Api, access: &AccountAccess) -> Vec<ProviderCall> {
    match api {
        Api::Library => ["getUserInfo", "team/workspace/list", "user/credits"]
            .into_iter()
            .map(|path| library_call(access, Verb::Get, path, None))
            .collect(),
        Api::OpenPlatform => vec![open_platform_call(access, Verb::Get, "account/balance", None)],
    }
}

#[derive(Deserialize)]
struct StartAnswer {
    device_code: String,
    user_code: String,
    verification_uri_complete: String,
    expires_in: Option<i64>,
    interval: Option<i64>,
}

/// Reads how a device flow began.
///
/// # Errors
/// A classed [`Failure`]; a link that is no web address is one too, for a person will click it.
pub fn parse_device_start(reply: &Reply, sandbox: bool) -> Result<DeviceStart, Failure> {
    let answer: StartAnswer = parse_resp(reply)?;
    let url = url::Url::parse(&answer.verification_uri_complete).ok();
    let allowed = url.filter(|url| url.scheme() == "https" || (sandbox && url.scheme() == "http"));
    let Some(url) = allowed else { return Err(schema("verification_uri_complete")) };
    Ok(DeviceStart {
        device_code: answer.device_code,
        user_code: answer.user_code,
        verification_url: url.into(),
        expires_in_s: answer.expires_in.unwrap_or(600).clamp(1, 86_400),
        interval_s: answer.interval.unwrap_or(5).clamp(1, 60),
    })
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<i64>,
}

/// Reads whether the person has decided.
#[must_use]
pub fn parse_device_poll(reply: &Reply) -> DevicePoll {
    let failure = match parse_resp::<TokenAnswer>(reply) {
        Ok(answer) => {
            let expires_in_s = answer.expires_in.filter(|seconds| (1..=3_153_600_000).contains(seconds));
            return DevicePoll::Granted { credential: answer.access_token, expires_in_s };
        }
        Err(failure) => failure,
    };
    // Which code a refusal has is not documented; its text is the device flow's standard word.
    let denied = failure.message.to_ascii_lowercase().contains("denied");
    match failure.code.as_str() {
        _ if denied => DevicePoll::Denied(failure),
        "10054" => DevicePoll::SlowDown,
        "10055" => DevicePoll::Pending,
        "10056" => DevicePoll::Expired,
        _ if failure.class.is_passing() || failure.class == Class::Schema => DevicePoll::Failed(failure),
        _ => DevicePoll::Denied(failure),
    }
}

#[derive(Deserialize)]
struct UserAnswer {
    #[serde(rename = "AccountId")]
    account_id: Value,
    #[serde(rename = "Nickname")]
    nickname: Option<String>,
    #[serde(rename = "Username")]
    username: Option<String>,
    #[serde(rename = "MemberType")]
    member_type: Option<Value>,
    #[serde(rename = "PremiumType")]
    premium_type: Option<Value>,
}

/// Reads who an account is, out of the answers to [`profile_calls`]. Credits may be missing; the list of workspaces
/// only where the account lives in the personal one.
///
/// # Errors
/// A classed [`Failure`]; class `forbidden`, code `no_workspace` when the account is not a member of `workspace`.
pub fn parse_profile(api: Api, workspace: &str, replies: &[Reply]) -> Result<Profile, Failure> {
    let first = replies.first().ok_or_else(|| schema("Resp"))?;
    if api == Api::OpenPlatform {
        return parse_balance(first);
    }
    let user: UserAnswer = parse_resp(first)?;
    let workspaces = replies.get(1).map_or_else(|| Err(schema("workspaces")), parse_workspaces);
    let workspaces = if workspace == "0" { workspaces.ok() } else { Some(workspaces?) };
    let is_member = |list: &Vec<Workspace>| list.iter().any(|one| one.workspace_id == workspace);
    if workspace != "0" && !workspaces.as_ref().is_some_and(is_member) {
        let message = format!("the account is not a member of workspace {workspace}");
        let code = "no_workspace".to_owned();
        return Err(Failure { class: Class::Forbidden, code, message, retry_after_s: None });
    }
    let credits = replies.get(2).and_then(|reply| parse_resp::<Value>(reply).ok());
    let plan = serde_json::json!({ "member_type": user.member_type, "premium_type": user.premium_type });
    Ok(Profile {
        account_id: id_text(&user.account_id).ok_or_else(|| schema("AccountId"))?,
        name: [user.nickname, user.username].into_iter().flatten().find(|name| !is_absent_text(name)),
        credits: credits.map(|all| {
            picked(
                &all,
                &[("daily", "credit_daily"), ("monthly", "credit_monthly"), ("package", "credit_package")],
            )
        }),
        plan: Some(plan),
        workspaces,
    })
}

fn parse_balance(reply: &Reply) -> Result<Profile, Failure> {
    let all: Value = parse_resp(reply)?;
    let account_id = all.get("account_id").and_then(id_text).ok_or_else(|| schema("account_id"))?;
    let credits = picked(&all, &[("monthly", "credit_monthly"), ("package", "credit_package")]);
    Ok(Profile { account_id, credits: Some(credits), ..Profile::default() })
}

fn parse_workspaces(reply: &Reply) -> Result<Vec<Workspace>, Failure> {
    let answer: Value = parse_resp(reply)?;
    let rows = answer.get("workspaces").and_then(Value::as_array);
    let read = |row: &Value| {
        let workspace_id = row.get("workspace_id").and_then(id_text)?;
        let name = row.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
        Some(Workspace { workspace_id, name })
    };
    // A person without a team gets `null` or nothing.
    Ok(rows.into_iter().flatten().filter_map(read).collect())
}

/// What a failure means to the person whose account it is, and what to do about it. The provider's own text is left
/// out: nobody promises that it never repeats a credential. Where no answer came, the text is Driftline's own.
#[must_use]
pub fn explain(failure: &Failure) -> String {
    if failure.code == "cut" {
        return failure.message.clone();
    }
    let text = match failure.code.as_str() {
        "10001" => "Pixverse does not know this credential: it is mistyped or was revoked",
        "10002" => "the credential has expired: connect the account again",
        "10005" => {
            "a login elsewhere ended this credential: connect the account again, or use an access key, which a login does not end"
        }
        "no_workspace" | "500400" | "500401" | "500402" | "500403" | "500404" => {
            "the workspace is not there, or this account is not a member of it"
        }
        _ => match failure.class {
            Class::Auth => "Pixverse does not accept the credential: connect the account again",
            Class::Forbidden => "Pixverse does not let this credential do that",
            Class::Credit => "the account's credits are used up",
            Class::Concurrency => "the account has too many jobs under way",
            Class::Retryable => "Pixverse stumbled, or asks to slow down: try again later",
            Class::Moderation => "Pixverse refused the content",
            Class::NotFound => "Pixverse has no such thing",
            Class::Validation => "Pixverse did not like the request",
            Class::Schema => "Pixverse's answer has a form that is not known here",
            Class::Unknown => "Pixverse answered with a code that nobody has documented",
        },
    };
    format!("{text} (code {})", failure.code)
}

fn parse_resp<T: DeserializeOwned>(reply: &Reply) -> Result<T, Failure> {
    // The parser's words may quote a value, and a value may be a secret: they stay here.
    serde_json::from_str(parse_envelope(reply)?).map_err(|_| schema("Resp"))
}

fn schema(member: &str) -> Failure {
    let message = format!("the answer's {member} is missing or not as known");
    Failure { class: Class::Schema, code: "schema".to_owned(), message, retry_after_s: None }
}

/// An id as its text, to the last digit; `None` for zero, blanks and what could not stand in an identity.
fn id_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let usable = plain && !text.is_empty() && text.len() <= 64 && text != "0" && !is_absent_text(&text);
    usable.then_some(text)
}

fn picked(all: &Value, names: &[(&str, &str)]) -> Value {
    let found = names.iter().filter_map(|(ours, theirs)| {
        all.get(theirs).filter(|value| value.is_number()).map(|value| ((*ours).to_owned(), value.clone()))
    });
    object_of(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Reply {
        Reply::Answer { status: 200, retry_after_s: None, body: body.to_owned() }
    }

    fn refusal(code: i64, message: &str) -> Reply {
        answer(&format!(r#"{{"ErrCode":{code},"ErrMsg":"{message}","Resp":null}}"#))
    }

    #[test]
    fn a_device_flow_needs_a_link_that_a_person_may_click() {
        let start = |url: &str| {
            answer(&format!(
                r#"{{"ErrCode":0,"Resp":{{"device_code":"s","user_code":"AB","verification_uri_complete":"{url}"}}}}"#
            ))
        };
        let read = parse_device_start(&start("https://app.pixverse.ai/device?c=AB"), false).unwrap();
        assert_eq!((read.expires_in_s, read.interval_s), (600, 5));
        assert!(parse_device_start(&start("javascript:alert(1)"), true).is_err());
        assert!(parse_device_start(&start("http://127.0.0.1:8788/device"), false).is_err());
        assert!(parse_device_start(&start("http://127.0.0.1:8788/device"), true).is_ok());
    }

    #[test]
    fn each_answer_of_the_device_flow_means_one_thing() {
        assert_eq!(parse_device_poll(&refusal(10055, "authorization_pending")), DevicePoll::Pending);
        assert_eq!(parse_device_poll(&refusal(10054, "slow_down")), DevicePoll::SlowDown);
        assert_eq!(parse_device_poll(&refusal(10056, "expired_token")), DevicePoll::Expired);
        assert!(matches!(parse_device_poll(&refusal(10056, "access_denied")), DevicePoll::Denied(_)));
        assert!(matches!(parse_device_poll(&refusal(500_020, "no")), DevicePoll::Denied(_)));
        assert!(matches!(parse_device_poll(&refusal(500_069, "busy")), DevicePoll::Failed(_)));
        assert!(matches!(parse_device_poll(&answer("<html>")), DevicePoll::Failed(_)));
        let cut = Reply::Cut { reason: "timeout".to_owned() };
        assert!(matches!(parse_device_poll(&cut), DevicePoll::Failed(_)));
    }

    #[test]
    fn account_ids_keep_every_digit_and_odd_ones_are_refused() {
        let user = |id: &str| answer(&format!(r#"{{"ErrCode":0,"Resp":{{"AccountId":{id}}}}}"#));
        let teams = || answer(r#"{"ErrCode":0,"Resp":{"workspaces":null}}"#);
        let read = |id: &str| parse_profile(Api::Library, "0", &[user(id), teams()]).map(|p| p.account_id);
        assert_eq!(read("18446744073709551617"), Ok("18446744073709551617".to_owned()));
        assert_eq!(read("\"u-1\""), Ok("u-1".to_owned()));
        for odd in ["0", "null", "\"\"", "\"a:b\"", "{}", "true"] {
            assert_eq!(read(odd).unwrap_err().class, Class::Schema, "{odd}");
        }
    }

    #[test]
    fn a_workspace_is_only_for_its_members() {
        let user = answer(r#"{"ErrCode":0,"Resp":{"AccountId":7}}"#);
        let teams = answer(r#"{"ErrCode":0,"Resp":{"workspaces":[{"workspace_id":77,"name":"Studio"}]}}"#);
        let replies = [user, teams];
        assert!(parse_profile(Api::Library, "77", &replies).is_ok());
        assert_eq!(parse_profile(Api::Library, "78", &replies).unwrap_err().code, "no_workspace");
    }

    #[test]
    fn an_explanation_never_repeats_the_provider() {
        let failure = parse_envelope(&refusal(10001, "token abc123 is invalid")).unwrap_err();
        assert!(!explain(&failure).contains("abc123"));
        let cut = Reply::Cut { reason: "the stored credential cannot be opened".to_owned() };
        assert!(
            explain(&parse_envelope(&cut).unwrap_err()).ends_with("the stored credential cannot be opened")
        );
    }
}
