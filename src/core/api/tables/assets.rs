//! The routes of assets, their lineage, and quarantine.

use crate::core::api::request::Method;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::api::{
    asset, assets, counts, digest, edges, explain, graph, merge, quarantine, removal, unmerge,
};

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/api/v1/assets",
        operation_id: "list_assets",
        summary: shown("Pages of the inventory, by filters or by a search text."),
        seals: &[],
        handler: Handler::Owned(assets::list),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/counts",
        operation_id: "count_assets",
        summary: shown("How many assets there are of each kind."),
        seals: &[],
        handler: Handler::Owned(counts::counts),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}",
        operation_id: "get_asset",
        summary: shown("All that is known of one asset."),
        seals: &[],
        handler: Handler::Owned(asset::show),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/assets/{id}",
        operation_id: "remove_asset",
        summary: shown("Remove an asset; it stays removed whatever is imported."),
        seals: &[],
        handler: Handler::Owned(removal::remove),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/assets/{id}/restore",
        operation_id: "restore_asset",
        summary: shown("Bring a removed asset back."),
        seals: &[],
        handler: Handler::Owned(removal::restore),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/assets/{id}/merge",
        operation_id: "merge_assets",
        summary: shown("Say that two assets are one; the older id stays and the other leads to it."),
        seals: &[],
        handler: Handler::Owned(merge::merge),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/assets/{id}/unmerge",
        operation_id: "unmerge_asset",
        summary: shown("Take apart what was merged by hand, or part one alias from an asset."),
        seals: &[],
        handler: Handler::Owned(unmerge::unmerge),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}/observations",
        operation_id: "list_observations",
        summary: shown("What was observed of one asset, with the payloads."),
        seals: &[],
        handler: Handler::Owned(asset::observations),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}/explain",
        operation_id: "explain_asset",
        summary: shown("Why an asset is believed to be as it is: who said what, and what was passed over."),
        seals: &[],
        handler: Handler::Owned(explain::explain),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}/lineage",
        operation_id: "get_lineage",
        summary: shown("What an asset was made from, and what was made from it."),
        seals: &[],
        handler: Handler::Owned(graph::lineage),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/assets/{id}/edges",
        operation_id: "add_edge",
        summary: shown("Say that an asset was made from another."),
        seals: &[],
        handler: Handler::Owned(edges::add),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/assets/{id}/edges",
        operation_id: "remove_edge",
        summary: shown("Say that an asset was not made from another."),
        seals: &[],
        handler: Handler::Owned(edges::remove),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/quarantine",
        operation_id: "list_quarantine",
        summary: shown("Payloads that nobody could read yet."),
        seals: &[],
        handler: Handler::Owned(quarantine::list),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/digest",
        operation_id: "get_digest",
        summary: shown("What the inventory knows, as one digest."),
        seals: &[],
        handler: Handler::Owned(digest::digest),
    },
];
