//! The routes of generations.

use crate::core::api::generations::{self, ask};
use crate::core::api::request::Method;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::api::webhooks;

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Post,
        path: "/api/v1/generations",
        operation_id: "create_generation",
        summary: shown("Ask for media; everything that is wrong with the request is named at once."),
        seals: &[],
        handler: Handler::Owned(ask::ask),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/generations",
        operation_id: "list_generations",
        summary: shown("What was asked for, newest first."),
        seals: &[],
        handler: Handler::Owned(generations::list),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/generations/{id}",
        operation_id: "get_generation",
        summary: shown("How a generation stands, with its history, outputs and credits."),
        seals: &[],
        handler: Handler::Owned(generations::get),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/generations/{id}/cancel",
        operation_id: "cancel_generation",
        summary: shown("Withdraw a generation, or no longer wait for it."),
        seals: &[],
        handler: Handler::Owned(generations::cancel),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/webhooks/{provider_id}/{account}",
        operation_id: "receive_webhook",
        summary: shown("For providers: a signed word that something is done; it is asked for then."),
        seals: &[],
        handler: Handler::Public(webhooks::receive),
    },
];
