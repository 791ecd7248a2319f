//! Pixverse's envelope: `{ErrCode, ErrMsg, Resp}`, also in lower case, also with HTTP errors. A failure never reads as
//! an empty answer. What stands in `Resp` is left to the caller.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::core::providers::failure::{Class, Failure};
use crate::core::step::Reply;

/// Seconds to wait after a 429 that names none.
const DEFAULT_RETRY_AFTER_S: u32 = 60;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "ErrCode", alias = "err_code")]
    code: Option<i64>,
    #[serde(rename = "ErrMsg", alias = "err_msg")]
    message: Option<String>,
    #[serde(rename = "Resp", alias = "resp", borrow)]
    resp: Option<&'a RawValue>,
}

/// The `Resp` of an answer, as the text it came in (`null` when there is none).
///
/// # Errors
/// A classed [`Failure`] for everything that is not a success.
pub fn parse_envelope(reply: &Reply) -> Result<&str, Failure> {
    let (status, retry_after_s, body) = match reply {
        Reply::Answer { status, retry_after_s, body } => (*status, *retry_after_s, body),
        Reply::Cut { reason } => {
            return Err(Failure {
                class: Class::Retryable,
                code: "cut".to_owned(),
                message: format!("the connection to Pixverse failed: {reason}"),
                retry_after_s: None,
            });
        }
        // No answer at all: a file's fate is read where files are sent.
        Reply::Carried(_) => return Err(uncoded(0, None)),
    };
    match serde_json::from_str::<Envelope<'_>>(body) {
        Ok(Envelope { code: Some(0), resp, .. }) if status < 400 => Ok(resp.map_or("null", RawValue::get)),
        Ok(Envelope { code: Some(code), message, .. }) if code != 0 => {
            Err(coded(code, message.unwrap_or_default(), status, retry_after_s))
        }
        _ => Err(uncoded(status, retry_after_s)),
    }
}

fn coded(code: i64, message: String, status: u16, retry_after_s: Option<u32>) -> Failure {
    let class = if status == 429 { Class::Retryable } else { class_of(code) };
    Failure { class, code: code.to_string(), message, retry_after_s }
}

fn uncoded(status: u16, retry_after_s: Option<u32>) -> Failure {
    let (class, message) = match status {
        401 | 403 => (Class::Auth, "Pixverse does not accept the credential".to_owned()),
        404 => (Class::NotFound, "Pixverse has nothing at this path".to_owned()),
        429 => (Class::Retryable, "Pixverse asks to slow down".to_owned()),
        408 | 500.. => (Class::Retryable, format!("Pixverse answered HTTP {status}")),
        400.. => (Class::Validation, format!("Pixverse answered HTTP {status}")),
        _ => (Class::Schema, "the answer has no readable ErrCode".to_owned()),
    };
    let retry_after_s = retry_after_s.or((status == 429).then_some(DEFAULT_RETRY_AFTER_S));
    Failure { class, code: format!("http_{status}"), message, retry_after_s }
}

/// What an `ErrCode` means, by the provider's documents and its own clients.
const fn class_of(code: i64) -> Class {
    match code {
        10001..=10005 | 500_200 | 500_213 => Class::Auth,
        500_020 | 500_400..=500_404 => Class::Forbidden,
        500_043 | 500_045 | 500_060 | 500_067 | 500_090 | 500_323 => Class::Credit,
        500_044 => Class::Concurrency,
        500_069 | 500_100 => Class::Retryable,
        500_052 | 500_054 | 500_063 => Class::Moderation,
        500_008 | 500_064 => Class::NotFound,
        400
        | 400_000..=400_999
        | 500_030..=500_033
        | 500_041
        | 500_042
        | 500_047
        | 500_070
        | 500_071
        | 500_313 => Class::Validation,
        _ => Class::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Reply {
        Reply::Answer { status, retry_after_s: None, body: body.to_owned() }
    }

    fn class(status: u16, body: &str) -> Class {
        parse_envelope(&answer(status, body)).unwrap_err().class
    }

    #[test]
    fn a_success_gives_its_resp_to_the_last_digit() {
        let reply = answer(200, r#"{"ErrCode":0,"ErrMsg":"","Resp":{"id":18446744073709551617}}"#);
        assert_eq!(parse_envelope(&reply), Ok(r#"{"id":18446744073709551617}"#));
        assert_eq!(parse_envelope(&answer(200, r#"{"ErrCode":0}"#)), Ok("null"));
    }

    #[test]
    fn an_error_code_with_http_200_is_a_failure() {
        assert_eq!(class(200, r#"{"ErrCode":10005,"ErrMsg":"elsewhere","Resp":null}"#), Class::Auth);
        assert_eq!(class(200, r#"{"ErrCode":500069,"ErrMsg":"busy"}"#), Class::Retryable);
        assert_eq!(class(200, r#"{"ErrCode":31337,"ErrMsg":"?"}"#), Class::Unknown);
    }

    #[test]
    fn a_lower_case_envelope_reads_the_same() {
        assert_eq!(class(500, r#"{"err_code":500052,"err_msg":"no","resp":null}"#), Class::Moderation);
    }

    #[test]
    fn anything_unreadable_is_a_failure_too() {
        assert_eq!(class(200, "<html>"), Class::Schema);
        assert_eq!(class(503, "<html>"), Class::Retryable);
        assert_eq!(class(401, ""), Class::Auth);
        assert_eq!(class(200, r#"{"Resp":{"data":[]}}"#), Class::Schema);
        assert_eq!(class(500, r#"{"ErrCode":0,"Resp":{}}"#), Class::Retryable);
    }

    #[test]
    fn a_429_without_a_time_asks_for_a_minute() {
        assert_eq!(parse_envelope(&answer(429, "")).unwrap_err().retry_after_s, Some(60));
    }
}
