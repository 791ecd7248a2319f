//! The routes by which media come in and go out without a scan, and of the jobs that do it.

use crate::core::api::request::Method;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::api::{dead_letter, export, ids, import, pages, runs, uploads, verify};

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/{id}/pages",
        operation_id: "hand_in_pages",
        summary: shown("Take in pages that you saved yourself: no credential is needed."),
        seals: &[],
        handler: Handler::Owned(pages::hand_in),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/{id}/ids",
        operation_id: "ask_for_ids",
        summary: shown("Ask the provider for assets by their ids."),
        seals: &[],
        handler: Handler::Owned(ids::ask),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/{id}/uploads",
        operation_id: "upload_file",
        summary: shown("Hand a file to a library, from its url; once for each account."),
        seals: &[],
        handler: Handler::Owned(uploads::upload),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/{id}/verify-links",
        operation_id: "verify_links",
        summary: shown("Look whether the files of an account are still where they should be."),
        seals: &[],
        handler: Handler::Owned(verify::start),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/export",
        operation_id: "export_inventory",
        summary: shown("Everything that is known of your media, as JSON Lines with a digest."),
        seals: &[],
        handler: Handler::Owned(export::export),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/import",
        operation_id: "import_inventory",
        summary: shown("Take an export in, chunk by chunk, into an owner that holds nothing."),
        seals: &[],
        handler: Handler::Owned(import::import),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/jobs/{id}/replay",
        operation_id: "replay_job",
        summary: shown("Try the step of a job again whose message died, or that failed."),
        seals: &[],
        handler: Handler::Owned(dead_letter::replay),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/runs/{id}/replay",
        operation_id: "replay_run",
        summary: shown("Try the step of a run again whose message died, or that failed."),
        seals: &[],
        handler: Handler::Owned(dead_letter::replay),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/jobs/{id}/items",
        operation_id: "list_job_items",
        summary: shown("What became of every row or id that a job has seen."),
        seals: &[],
        handler: Handler::Owned(runs::list_items),
    },
];
