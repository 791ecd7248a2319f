//! Finds the asset that a path names, with the names of the accounts: where every handler about one asset begins.
//! What is answered about it is left to the handlers.

use std::collections::BTreeMap;

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::gather::map_of;
use crate::core::inventory::intake::Broken as _;
use crate::core::row::row;
use crate::core::sql::assets::{self as sql, AssetRow};
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

/// An owner's accounts by their identity at the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountNames(BTreeMap<String, AccountName>);

row! {
    /// One account, as far as an asset shows it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccountName {
        /// `acc_…`.
        pub id: String,
        /// `provider:api:the provider's own account id:workspace`.
        pub identity: String,
        /// The user's own word for it.
        pub label: String,
    }
}

impl AccountNames {
    /// Reads the rows of `sql::account_names`.
    ///
    /// # Errors
    /// [`BadRows`] when a row does not have the expected shape.
    pub fn load(rows: &Rows) -> Result<Self, BadRows> {
        let names = rows.parse::<AccountName>()?;
        Ok(Self(map_of(names.into_iter().map(|name| (name.identity.clone(), name)))))
    }

    /// The account with this identity.
    #[must_use]
    pub fn get(&self, identity: &str) -> Option<&AccountName> {
        self.0.get(identity)
    }

    /// Whether there is an account with this id.
    #[must_use]
    pub fn has_id(&self, id: &str) -> bool {
        self.0.values().any(|name| name.id == id)
    }
}

/// The asset that was asked for.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its row.
    pub row: AssetRow,
    /// The owner's accounts.
    pub accounts: AccountNames,
}

impl Found {
    /// Says where the asset lives now, when it was asked for by an id that it has absorbed.
    #[must_use]
    pub fn located(&self, response: Response, asked: &str, below: &str) -> Response {
        if self.row.id == asked {
            return response;
        }
        response.with("content-location", format!("/api/v1/assets/{}{below}", self.row.id))
    }
}

/// Reads the asset that the path's `id` names and goes on; 404 when this owner has none.
pub fn with_asset(
    call: Call,
    then: impl FnOnce(Call, Found, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    let id = call.param("id").to_owned();
    let statements = vec![sql::asset_by_id(call.owner.id, &id), sql::account_names(call.owner.id)];
    Step::read(statements, move |rows, now| match found(&rows) {
        Ok(Some(found)) => then(call, found, now),
        Ok(None) => Step::End(Problem::not_found("asset", &id).into()),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn found(rows: &[Rows]) -> Result<Option<Found>, BadRows> {
    let accounts = AccountNames::load(rows_at(rows, 1)?)?;
    Ok(rows_at(rows, 0)?.first::<AssetRow>()?.map(|row| Found { row, accounts }))
}

/// Ends a chain with what a fallible handler came to.
#[must_use]
pub fn end(result: Result<Response, BadRows>) -> Step<Response> {
    Step::End(result.unwrap_or_else(|error| Response::broken(&error)))
}
