//! The routes of syncs and their runs, and of refreshing lineage.

use crate::core::api::request::Method;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::api::{dry_run, refresh, run_control, runs, sync};

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/api/v1/providers/{provider_id}/accounts/{id}/sync-dry-run",
        operation_id: "sync_dry_run",
        summary: shown("What a scan would find: there, here, new, removed by you. Writes nothing."),
        seals: &[],
        handler: Handler::Owned(dry_run::dry_run),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/providers/{provider_id}/accounts/{id}/sync-assets",
        operation_id: "sync_assets",
        summary: shown("Import an account's library, page by page."),
        seals: &[],
        handler: Handler::Owned(sync::sync_assets),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/runs",
        operation_id: "list_runs",
        summary: shown("Your runs, newest first."),
        seals: &[],
        handler: Handler::Owned(runs::list_runs),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/runs/{id}",
        operation_id: "get_run",
        summary: shown("A run's progress; the counters always add up."),
        seals: &[],
        handler: Handler::Owned(runs::get_run),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/runs/{id}/items",
        operation_id: "list_run_items",
        summary: shown("What became of every row that a run has seen."),
        seals: &[],
        handler: Handler::Owned(runs::list_items),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/runs/{id}/cancel",
        operation_id: "cancel_run",
        summary: shown("Stop a run; what it imported stays."),
        seals: &[],
        handler: Handler::Owned(run_control::cancel),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/runs/{id}/pause",
        operation_id: "pause_run",
        summary: shown("Pause a run at the page where it stands."),
        seals: &[],
        handler: Handler::Owned(run_control::pause),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/runs/{id}/resume",
        operation_id: "resume_run",
        summary: shown("Let a paused or failed run go on where it stood."),
        seals: &[],
        handler: Handler::Owned(run_control::resume),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/runs/{id}/fill",
        operation_id: "fill_run",
        summary: shown("Look at what a run left unscanned when it stopped early."),
        seals: &[],
        handler: Handler::Owned(run_control::fill),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/runs/{id}/confirm-missing",
        operation_id: "confirm_missing",
        summary: shown("Mark as missing upstream all that a complete run has not met."),
        seals: &[],
        handler: Handler::Owned(run_control::confirm_missing),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/lineage/refresh",
        operation_id: "refresh_lineage",
        summary: shown("Read the sources of stored payloads again; no provider is asked."),
        seals: &[],
        handler: Handler::Owned(refresh::refresh),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/lineage/jobs/{id}",
        operation_id: "get_lineage_job",
        summary: shown("How far a refresh is."),
        seals: &[],
        handler: Handler::Owned(refresh::get_job),
    },
];
