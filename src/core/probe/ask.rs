//! What the probe asks: who the account is, one page of each listing, one asset of each create mode by its id. Nothing
//! else, and nothing that writes: every call is held against the table below before it leaves.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::core::facts::{Context, Facts};
use crate::core::media::{Api, Making};
use crate::core::probe::Asked;
use crate::core::probe::compare::shown;
use crate::core::providers::failure::Failure;
use crate::core::providers::pixverse::account::{explain, profile_calls};
use crate::core::providers::pixverse::create::result_call;
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::providers::pixverse::extract;
use crate::core::providers::pixverse::listing::{LISTINGS, Listing, Part, page_call, parse_page};
use crate::core::step::{ProviderCall, Verb};

/// The name of the call that asks who the account is.
pub const WHO: &str = "who";

/// The calls that only read. The provider reads by POST too, so that the verb says nothing.
const READS: [(Verb, &str); 5] = [
    (Verb::Get, "/creative_platform/getUserInfo"),
    (Verb::Post, "/creative_platform/asset/library/list"),
    (Verb::Post, "/creative_platform/video/list/detail"),
    (Verb::Post, "/creative_platform/image/detail"),
    (Verb::Get, "/creative_platform/audio/detail"),
];

/// An asset of which the details are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The name of the call.
    pub name: String,
    /// The listing in which it was found.
    pub listing: Listing,
    /// The provider's id.
    pub id: String,
}

/// The calls that are due, each with its name; none when everything was asked.
///
/// # Errors
/// Why the probe stops, in words that hold nothing of what the provider said.
pub fn next_calls(asked: &Asked) -> Result<Vec<(String, ProviderCall)>, String> {
    let access = asked.access()?;
    let Some(who) = asked.reply(WHO) else {
        let first = profile_calls(Api::Library, &access).into_iter().next();
        return only_reads(first.map(|call| (WHO.to_owned(), call)).into_iter().collect());
    };
    is_the_account(asked, parse_envelope(&who))?;
    let pages = LISTINGS.into_iter().filter(|listing| asked.reply(&page_name(*listing)).is_none());
    let pages: Vec<_> =
        pages.map(|listing| (page_name(listing), page_call(&access, listing, Part::NEWEST))).collect();
    if !pages.is_empty() {
        return only_reads(pages);
    }
    let open = details(asked).into_iter().filter(|detail| asked.reply(&detail.name).is_none());
    let calls = open.filter_map(|detail| {
        let call = result_call(&access, Api::Library, detail.listing.media_type, &detail.id)?;
        Some((detail.name, call))
    });
    only_reads(calls.collect())
}

/// The name of the call for a listing's page.
#[must_use]
pub fn page_name(listing: Listing) -> String {
    format!("page of {}", listing.name())
}

/// One created asset of each create mode that stands on the pages: the first that has an id.
#[must_use]
pub fn details(asked: &Asked) -> Vec<Detail> {
    let mut met = BTreeSet::new();
    let mut details = Vec::new();
    for listing in LISTINGS.into_iter().filter(|listing| listing.making == Making::Created) {
        for facts in rows_of(asked, listing).iter().filter_map(|row| facts_of(listing, row)) {
            let digits = |id: &String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
            let Some(id) = facts.asset_id.clone().filter(digits) else { continue };
            let mode = shown(&mode_of(&facts));
            let name = format!("detail of {}/{mode}", listing.media_type);
            if met.insert(name.clone()) {
                details.push(Detail { name, listing, id });
            }
        }
    }
    details
}

/// The rows of a listing's page; none where the page did not come.
#[must_use]
pub fn rows_of(asked: &Asked, listing: Listing) -> Vec<String> {
    let page = asked.reply(&page_name(listing)).and_then(|reply| parse_page(&reply).ok());
    page.map(|page| page.rows).unwrap_or_default()
}

/// What the extractor reads out of a row of a listing.
#[must_use]
pub fn facts_of(listing: Listing, row: &str) -> Option<Facts> {
    let making = Some(listing.making);
    extract(Context { media_type: listing.media_type, api: Some(Api::Library), making }, row).ok()
}

/// The mode under which a payload is compared: how it was made, or that it was handed in.
#[must_use]
pub fn mode_of(facts: &Facts) -> String {
    match (&facts.create_mode, facts.making) {
        (_, Making::Uploaded) => "uploaded".to_owned(),
        (Some(mode), _) => mode.trim().to_ascii_lowercase(),
        (None, _) => "no mode".to_owned(),
    }
}

fn only_reads(calls: Vec<(String, ProviderCall)>) -> Result<Vec<(String, ProviderCall)>, String> {
    match calls.iter().find(|(_, call)| !is_read(call)) {
        Some((name, _)) => Err(format!("{name} is no call that only reads")),
        None => Ok(calls),
    }
}

fn is_read(call: &ProviderCall) -> bool {
    let path = call.path.split('?').next().unwrap_or_default();
    READS.iter().any(|(verb, read)| call.verb == *verb && path == *read)
}

/// Whether the credential opens the account that was named: a leftover in the environment must not be looked at by
/// mistake.
fn is_the_account(asked: &Asked, said: Result<&str, Failure>) -> Result<(), String> {
    let said = said.map_err(|failure| format!("{} ({})", explain(&failure), failure.code))?;
    let said: Value = serde_json::from_str(said).unwrap_or_default();
    let is_named = ["AccountId", "Username", "Nickname", "Mail"].iter().any(|name| match said.get(name) {
        Some(Value::String(text)) => text.trim().eq_ignore_ascii_case(asked.account.trim()),
        Some(Value::Number(number)) => number.to_string() == asked.account.trim(),
        _ => false,
    });
    if is_named && !asked.account.trim().is_empty() {
        return Ok(());
    }
    Err("the credential is another account's: --account is the account's id, user name or e-mail address at Pixverse"
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::probe::Answered;
    use crate::core::providers::pixverse::calls::library_call;

    fn asked(replies: &[(&str, &str)]) -> Asked {
        let replies = replies.iter().map(|(name, resp)| Answered {
            name: (*name).to_owned(),
            status: Some(200),
            body: format!("{{\"ErrCode\":0,\"Resp\":{resp}}}"),
        });
        Asked {
            account: "Ann".to_owned(),
            credential_kind: "token".to_owned(),
            workspace: "77".to_owned(),
            replies: replies.collect(),
            ..Asked::default()
        }
    }

    fn names(asked: &Asked) -> Vec<String> {
        next_calls(asked).unwrap().into_iter().map(|(name, _)| name).collect()
    }

    const ANN: (&str, &str) = (WHO, r#"{"AccountId":7,"Username":"ann"}"#);

    #[test]
    fn first_who_then_six_pages_then_one_asset_of_each_mode() {
        assert_eq!(names(&asked(&[])), [WHO]);
        let mut said = vec![ANN];
        let pages = names(&asked(&said));
        assert_eq!(pages.len(), 6);
        let clips = r#"{"data":[{"video_id":1,"create_mode":"extend"},{"video_id":2,"create_mode":"extend"},{"video_id":3}]}"#;
        said.extend(pages.iter().map(|name| {
            let rows = if name == "page of video/created" { clips } else { r#"{"data":[{"asset_id":4}]}"# };
            (name.as_str(), rows)
        }));
        let details = next_calls(&asked(&said)).unwrap();
        let names: Vec<_> = details.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "detail of video/extend",
                "detail of video/no mode",
                "detail of image/no mode",
                "detail of audio/no mode"
            ]
        );
        assert_eq!(details[0].1.body.as_deref(), Some("{\"video_id\":1}"));
        assert!(details[0].1.headers.contains(&("workspace-id", "77".to_owned())));
        said.extend(names.iter().map(|name| (*name, "null")));
        assert_eq!(self::names(&asked(&said)), Vec::<String>::new());
    }

    #[test]
    fn another_persons_credential_is_not_used_further() {
        let other = asked(&[(WHO, r#"{"AccountId":8,"Username":"bob"}"#)]);
        assert!(next_calls(&other).unwrap_err().contains("another account"));
        let mut nobody = asked(&[(WHO, r#"{"AccountId":8,"Username":""}"#)]);
        nobody.account = " ".to_owned();
        assert!(next_calls(&nobody).is_err());
        assert_eq!(names(&Asked { account: "7".to_owned(), ..asked(&[ANN]) }).len(), 6);
    }

    #[test]
    fn what_is_not_in_the_table_of_reads_is_not_asked() {
        let access = asked(&[]).access().unwrap();
        for (verb, path) in [
            (Verb::Post, "asset/library/delete"),
            (Verb::Post, "video/t2v"),
            (Verb::Post, "getUserInfo"),
            (Verb::Get, "audio/detail/../../x"),
            (Verb::Post, "account/message"),
        ] {
            let call = library_call(&access, verb, path, None);
            assert!(only_reads(vec![("x".to_owned(), call)]).is_err(), "{path}");
        }
        let call = library_call(&access, Verb::Get, "audio/detail?audio_id=1", None);
        assert!(only_reads(vec![("x".to_owned(), call)]).is_ok());
    }

    #[test]
    fn an_api_key_opens_no_library() {
        let key = Asked { credential_kind: "api_key".to_owned(), ..asked(&[]) };
        assert!(next_calls(&key).unwrap_err().contains("token"));
    }
}
