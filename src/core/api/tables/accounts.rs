//! The routes of accounts, connections, tokens and providers.

use crate::core::api::request::Method;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::api::{accounts, connect, credentials, providers, reconciliation, tokens};

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/api/v1/providers",
        operation_id: "list_providers",
        summary: shown("What can be connected, and what each interface can do."),
        seals: &[],
        handler: Handler::Public(providers::list),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/connect",
        operation_id: "start_connection",
        summary: shown("Begin a device flow: a person approves a code, and an account follows."),
        seals: &[],
        handler: Handler::Owned(connect::start),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts/connect/{id}",
        operation_id: "get_connection",
        summary: shown("How a device flow stands: pending, connected, expired or denied."),
        seals: &[],
        handler: Handler::Owned(connect::status),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts",
        operation_id: "list_accounts",
        summary: shown("Your provider accounts, oldest first."),
        seals: &[],
        handler: Handler::Owned(accounts::list),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts",
        operation_id: "create_account",
        summary: shown("Add an account by its credential, or renew the one that it belongs to."),
        seals: &["/credential/value", "/webhook_secret"],
        handler: Handler::Owned(credentials::create),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts/{id}",
        operation_id: "get_account",
        summary: shown("One account."),
        seals: &[],
        handler: Handler::Owned(accounts::get),
    },
    Route {
        method: Method::Patch,
        path: "/api/v1/accounts/{id}",
        operation_id: "update_account",
        summary: shown("Change an account's label, pace, webhook, or how often it is synced by itself."),
        seals: &["/webhook_secret"],
        handler: Handler::Owned(accounts::patch),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/accounts/{id}",
        operation_id: "delete_account",
        summary: shown("Drop an account's credential and stop its runs; its assets stay."),
        seals: &[],
        handler: Handler::Owned(accounts::delete),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/{id}/check",
        operation_id: "check_account",
        summary: shown("Ask the provider how an account stands."),
        seals: &[],
        handler: Handler::Owned(credentials::check),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts/{id}/reconciliation",
        operation_id: "get_reconciliation",
        summary: shown("What the last complete scan found: there, here, and what is only on one side."),
        seals: &[],
        handler: Handler::Owned(reconciliation::get),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/tokens",
        operation_id: "list_tokens",
        summary: shown("Your tokens, by name."),
        seals: &[],
        handler: Handler::Owned(tokens::list),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/tokens",
        operation_id: "create_token",
        summary: shown("Make a token; it is shown this once."),
        seals: &[],
        handler: Handler::Owned(tokens::create),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/tokens/{id}",
        operation_id: "revoke_token",
        summary: shown("Revoke a token at once."),
        seals: &[],
        handler: Handler::Owned(tokens::revoke),
    },
];
