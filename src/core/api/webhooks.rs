//! `POST /webhooks/{provider_id}/{account}`: a provider says that something is done. That is a hint and no more: what is
//! done is asked for. Nobody is believed who does not know the account's secret, and nothing is believed twice.

use serde_json::Value;

use crate::core::alias::Alias;
use crate::core::api::problem::Problem;
use crate::core::api::request::Request;
use crate::core::api::response::Response;
use crate::core::gather::sorted;
use crate::core::ids::is_id;
use crate::core::inventory::intake::Broken as _;
use crate::core::jobs::hint;
use crate::core::jobs::poll::{PollStanding, next_step_of, poll_job};
use crate::core::media::{Api, Making, MediaType};
use crate::core::proof::Proof;
use crate::core::row::row;
use crate::core::sql::generations::job_standing;
use crate::core::sql::webhooks as sql;
use crate::core::statement::{Plan, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// How far the sender's clock may be off, or a message late.
pub const WINDOW_MS: i64 = 300_000;
/// The longest nonce; the documented ones have 32 characters.
const MOST_NONCE: usize = 128;

row! {
    struct HookedAccount {
        owner: i64,
        id: String,
        provider_id: String,
        api: Api,
        webhook_secret: String,
    }
}

/// A delivery, as far as it can be read before it is believed.
struct Delivery {
    timestamp: String,
    nonce: String,
    signature: String,
    members: Vec<(String, Value)>,
}

/// Takes a delivery.
#[must_use]
pub fn receive(request: Request) -> Step<Response> {
    let mut path = request.path.trim_start_matches("/api/v1/webhooks/").split('/');
    let (provider, account) = (path.next().unwrap_or_default().to_owned(), path.next().unwrap_or_default());
    if !is_id("acc_", account) {
        return Step::End(Problem::not_found("account", account).into());
    }
    let id = account.to_owned();
    let delivery = parse(&request);
    Step::read(vec![sql::hooked_account(&id)], move |rows, now| {
        let found = rows_at(&rows, 0).and_then(|rows| rows.first::<HookedAccount>());
        match (found, delivery) {
            (Err(error), _) => Step::End(Response::broken(&error)),
            (Ok(Some(account)), Some(delivery)) if account.provider_id == provider => {
                judge(account, delivery, now)
            }
            (Ok(Some(account)), None) if account.provider_id == provider => Step::End(not_believed()),
            _ => Step::End(Problem::not_found("account", &id).into()),
        }
    })
}

fn parse(request: &Request) -> Option<Delivery> {
    let header = |name: &str| request.headers.get(name).map(|text| text.trim().to_owned());
    let nonce = header("webhook-nonce").filter(|nonce| (1..=MOST_NONCE).contains(&nonce.len()))?;
    Some(Delivery {
        timestamp: header("webhook-timestamp")?,
        nonce,
        signature: header("webhook-signature")?,
        members: members_in_order(&request.body)?,
    })
}

/// The members of a flat JSON object in the order in which they stand. The parser keeps them sorted; a name in quotes
/// before a colon stands only where the member does, for inside a text its quotes would be escaped.
fn members_in_order(body: &str) -> Option<Vec<(String, Value)>> {
    let Ok(Value::Object(members)) = serde_json::from_str::<Value>(body) else { return None };
    let place = |name: &str| {
        let quoted = Value::from(name).to_string();
        let mut found = body.match_indices(quoted.as_str()).filter(|(at, text)| {
            body.get(at + text.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
        });
        found.next().map_or(usize::MAX, |(at, _)| at)
    };
    let placed = sorted(members.keys().map(|name| (place(name), name.clone())));
    let value = |name: &String| members.get(name).cloned().unwrap_or_default();
    Some(placed.into_iter().map(|(_, name)| (name.clone(), value(&name))).collect())
}

/// What a provider may have signed: the time, the nonce, and the members as a form, as they stand or sorted. Which of
/// the two it is, is documented nowhere.
fn messages(delivery: &Delivery) -> Vec<String> {
    let message = |members: &[(String, Value)]| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in members {
            match value {
                Value::String(text) => form.append_pair(name, text),
                other => form.append_pair(name, &other.to_string()),
            };
        }
        format!("{}\n{}\n{}", delivery.timestamp, delivery.nonce, form.finish())
    };
    let names = sorted(delivery.members.iter().map(|(name, _)| name.clone()));
    let by_name = names.iter().filter_map(|name| delivery.members.iter().find(|(other, _)| other == name));
    let by_name: Vec<(String, Value)> = by_name.cloned().collect();
    vec![message(&delivery.members), message(&by_name)]
}

fn judge(account: HookedAccount, delivery: Delivery, now: NowMs) -> Step<Response> {
    let sent_ms = delivery.timestamp.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000));
    if sent_ms.is_none_or(|sent| now.abs_diff(sent) > WINDOW_MS.unsigned_abs()) {
        return Step::End(not_believed());
    }
    let proof = Proof {
        sealed_secret: account.webhook_secret.clone(),
        messages: messages(&delivery),
        signature: delivery.signature.clone(),
    };
    Step::prove(
        proof,
        move |holds, _| if holds { hurry(account, delivery) } else { Step::End(not_believed()) },
    )
}

/// Has what the message is about looked for now.
fn hurry(account: HookedAccount, delivery: Delivery) -> Step<Response> {
    let poll = poll_job(account.owner, &account.id);
    Step::read(vec![job_standing(account.owner, &poll)], move |rows, now| {
        let standing = match rows_at(&rows, 0).and_then(|rows| rows.first::<PollStanding>()) {
            Ok(standing) => standing,
            Err(error) => return Step::End(Response::broken(&error)),
        };
        let statements = vec![
            sql::insert_nonce(account.owner, &account.id, &delivery.nonce, now),
            sql::look_now(account.owner, &account.id, &roots(&account, &delivery), now),
            sql::hurry_poll(account.owner, &poll, now),
        ];
        let step = next_step_of(standing.as_ref());
        let sends = standing.iter().map(|_| hint("poll", &poll, step, 0)).collect();
        Step::commit(Plan { statements, sends }, |committed, _| match committed {
            // A nonce that is known: this was taken before.
            Committed::Done | Committed::Duplicate => Step::End(ok()),
            Committed::Conflict | Committed::Stale => Step::End(Problem::busy().into()),
        })
    })
}

/// The roots that the message may be about: it does not say what kind of file it is.
fn roots(account: &HookedAccount, delivery: &Delivery) -> Vec<String> {
    let id = delivery.members.iter().find(|(name, _)| name == "id").map(|(_, value)| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let root = |id: &String, media_type: &MediaType| {
        Alias::id(&account.provider_id, account.api, *media_type, Making::Created, id).text()
    };
    id.iter().flat_map(|id| MediaType::ALL.iter().map(move |media_type| root(id, media_type))).collect()
}

/// The provider takes any other body for a failure and delivers again.
fn ok() -> Response {
    Response { status: 200, headers: vec![("content-type", "text/plain".to_owned())], body: "ok".to_owned() }
}

fn not_believed() -> Response {
    Problem::new(401, "webhook_not_believed", "This delivery proves nothing")
        .detail("its signature, its timestamp or its headers are not what the account's webhook sends")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_the_order_in_which_they_stand() {
        let body =
            r#"{ "url": "https://x/\"id\":1", "id" : 98765432109876543210, "has_audio":true, "size":5}"#;
        let members = members_in_order(body).unwrap();
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["url", "id", "has_audio", "size"]);
        let delivery =
            Delivery { timestamp: "1793606401".into(), nonce: "n".into(), signature: String::new(), members };
        assert_eq!(
            messages(&delivery),
            [
                "1793606401\nn\nurl=https%3A%2F%2Fx%2F%22id%22%3A1&id=98765432109876543210&has_audio=true&size=5",
                "1793606401\nn\nhas_audio=true&id=98765432109876543210&size=5&url=https%3A%2F%2Fx%2F%22id%22%3A1",
            ]
        );
    }

    #[test]
    fn only_an_object_is_a_delivery() {
        assert!(members_in_order("[]").is_none());
        assert!(members_in_order("nope").is_none());
    }
}
