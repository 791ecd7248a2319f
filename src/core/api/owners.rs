//! Owners and their first tokens, for whoever runs the service. A token is shown once; what is stored is its hash.

use serde::{Deserialize, Serialize};

use crate::core::api::bearer;
use crate::core::api::problem::Problem;
use crate::core::api::request::{Method, Request};
use crate::core::api::response::Response;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::row::row;
use crate::core::sql::access as sql;
use crate::core::sql::access::NewToken;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, NowMs, Step};

const NAME_CHARS: usize = 100;

/// `POST /api/v1/owners`.
pub const CREATE: Route = Route {
    method: Method::Post,
    path: "/api/v1/owners",
    operation_id: "create_owner",
    summary: shown("Creates an owner if the name is new, and always a new token for it"),
    seals: &[],
    handler: Handler::Admin(create),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    #[serde(default)]
    sandbox: bool,
}

row! {
    struct OwnerRow {
        id: i64,
        sandbox: i64,
    }
}

/// The answer. Its token is the only copy.
#[derive(Serialize)]
struct Created {
    owner_id: i64,
    owner: String,
    sandbox: bool,
    token_id: String,
    token: String,
}

fn create(request: Request, now: NowMs) -> Step<Response> {
    let body = match request.parse_body::<Body>().and_then(checked) {
        Ok(body) => body,
        Err(response) => return Step::End(response),
    };
    let token = bearer::new_bearer(&request.entropy);
    let token_id = mint("tok_", now, &format!("token id {}", request.entropy));
    let hash = bearer::hash(&token);
    let new_token =
        NewToken { id: &token_id, owner: &body.name, sandbox: body.sandbox, hash: &hash, name: "first" };
    let statements =
        vec![sql::insert_owner(&body.name, body.sandbox, now), sql::insert_token_by_name(&new_token, now)];
    Step::commit(Plan { statements, sends: Vec::new() }, move |committed, _| match committed {
        Committed::Done => show(body, token_id, token),
        _ => Step::End(Problem::busy().into()),
    })
}

fn show(body: Body, token_id: String, token: String) -> Step<Response> {
    Step::read(vec![sql::owner_by_name(&body.name)], move |rows, _| {
        Step::End(match owner_in(&rows) {
            Ok(row) if (row.sandbox == 1) == body.sandbox => {
                let Body { name: owner, sandbox } = body;
                Response::json(201, &Created { owner_id: row.id, owner, sandbox, token_id, token })
            }
            Ok(_) => of_the_other_kind(&body),
            Err(error) => Response::broken(&error),
        })
    })
}

fn owner_in(rows: &[Rows]) -> Result<OwnerRow, BadRows> {
    let row = rows_at(rows, 0)?.first::<OwnerRow>()?;
    row.ok_or_else(|| BadRows { reason: "the owner that was just created is not there".to_owned() })
}

fn checked(body: Body) -> Result<Body, Response> {
    let is_blank = body.name.trim().is_empty();
    if is_blank || body.name.chars().count() > NAME_CHARS || body.name.chars().any(char::is_control) {
        let rule =
            format!("an owner's name has 1 to {NAME_CHARS} characters, none of them a control character");
        return Err(Problem::invalid("name", rule).into());
    }
    Ok(body)
}

fn of_the_other_kind(body: &Body) -> Response {
    let is = if body.sandbox { "is not" } else { "is" };
    Problem::new(409, "owner_exists", "An owner of that name exists already")
        .detail(format!("the owner {:?} {is} a sandbox owner, and that never changes", body.name))
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::core::api::request::{Bearer, Platform};
    use crate::core::api::routes::handle;
    use crate::core::statement::Param;

    fn request(bearer: Bearer, body: &str) -> Request {
        Request {
            method: Method::Post,
            path: "/api/v1/owners".to_owned(),
            query: Vec::new(),
            bearer,
            headers: BTreeMap::new(),
            body: body.to_owned(),
            body_digest: String::new(),
            request_id: "r".to_owned(),
            entropy: "e".repeat(64),
            platform: Platform::default(),
        }
    }

    fn ended(step: Step<Response>) -> Response {
        let Step::End(response) = step else { panic!("not at its end") };
        response
    }

    #[test]
    fn a_new_owner_gets_a_token_and_the_database_only_its_hash() {
        let step = handle(request(Bearer::Admin, r#"{"name":"me"}"#), 5);
        let Step::Commit(plan, then) = step else { panic!("no commit") };
        let Step::Read(_, then) = then(Committed::Done, 6) else { panic!("no read") };
        let response = ended(then(vec![Rows { json: r#"[{"id":3,"sandbox":0}]"#.to_owned() }], 7));
        assert_eq!(response.status, 201);
        let body: serde_json::Value = serde_json::from_str(&response.body).unwrap();
        let token = body["token"].as_str().unwrap();
        assert_eq!((token.len(), &token[..3]), (46, "dl_"));
        assert_eq!(body["owner_id"], 3);
        let hash = Param::Text(bearer::hash(token));
        assert!(plan.statements[1].params.contains(&hash));
        assert!(!format!("{plan:?}").contains(token));
    }

    #[test]
    fn an_owner_never_changes_its_kind() {
        let step = handle(request(Bearer::Admin, r#"{"name":"demo","sandbox":false}"#), 5);
        let Step::Commit(_, then) = step else { panic!("no commit") };
        let Step::Read(_, then) = then(Committed::Done, 6) else { panic!("no read") };
        let response = ended(then(vec![Rows { json: r#"[{"id":3,"sandbox":1}]"#.to_owned() }], 7));
        assert_eq!(response.status, 409);
        assert!(response.body.contains("is a sandbox owner"));
    }

    #[test]
    fn only_the_admin_token_creates_owners_and_odd_names_are_refused() {
        let status = |bearer, body: &str| ended(handle(request(bearer, body), 5)).status;
        assert_eq!(status(Bearer::Absent, r#"{"name":"me"}"#), 401);
        assert_eq!(status(Bearer::Hash("0".repeat(64)), r#"{"name":"me"}"#), 403);
        for body in [r#"{"name":" "}"#, "{}", "nope", r#"{"name":"a\nb"}"#, r#"{"name":"a","sandbx":true}"#] {
            assert_eq!(status(Bearer::Admin, body), 422, "{body}");
        }
    }
}
