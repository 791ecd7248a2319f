//! Who a request comes from: its token's owner, read in one round trip before anything else.

use crate::core::api::problem::Problem;
use crate::core::api::request::{Bearer, Owner, Request};
use crate::core::api::response::Response;
use crate::core::inventory::intake::Broken;
use crate::core::row::row;
use crate::core::sql::access as sql;
use crate::core::statement::rows_at;
use crate::core::step::Step;

row! {
    struct OwnerRow {
        owner: i64,
        sandbox: i64,
        token: String,
    }
}

/// Finds the owner of the request's token and goes on; anything else ends in 401.
pub fn with_owner(
    request: Request,
    then: impl FnOnce(Request, Owner) -> Step<Response> + 'static,
) -> Step<Response> {
    let Bearer::Hash(hash) = &request.bearer else { return Step::End(unauthorized()) };
    Step::read(vec![sql::owner_of_token(hash)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<OwnerRow>()) {
            Ok(Some(row)) => {
                let owner = Owner { id: row.owner, sandbox: row.sandbox == 1, token_id: row.token };
                then(request, owner)
            }
            Ok(None) => Step::End(unauthorized()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

/// 401: no token, or none that is known.
#[must_use]
pub fn unauthorized() -> Response {
    Problem::new(401, "unauthorized", "A valid bearer token is needed")
        .detail("send `Authorization: Bearer <token>`; `npm start` prints the local one")
        .header("www-authenticate", "Bearer")
        .into()
}
