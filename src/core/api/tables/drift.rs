//! The routes of drift: findings, scans, the report.

use crate::core::api::request::Method;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::api::{drift, drift_report, drift_resolve, drift_scan};

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/api/v1/drift",
        operation_id: "list_drift",
        summary: shown("Where two sources disagree, finding by finding."),
        seals: &[],
        handler: Handler::Owned(drift::list),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/drift/report",
        operation_id: "get_drift_report",
        summary: shown("Both roads against each other, aspect by aspect, as JSON or Markdown."),
        seals: &[],
        handler: Handler::Owned(drift_report::show),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/drift/scan",
        operation_id: "scan_drift",
        summary: shown("Look through the inventory for disagreements, as a job."),
        seals: &[],
        handler: Handler::Owned(drift_scan::start),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/drift/scan/{id}",
        operation_id: "get_drift_scan",
        summary: shown("How far a scan is, and what it found."),
        seals: &[],
        handler: Handler::Owned(drift_scan::get),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/drift/{id}",
        operation_id: "get_drift",
        summary: shown("One finding."),
        seals: &[],
        handler: Handler::Owned(drift::show),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/drift/{id}/resolve",
        operation_id: "resolve_drift",
        summary: shown("Apply what is suggested, or accept a finding with a reason."),
        seals: &[],
        handler: Handler::Owned(drift_resolve::resolve),
    },
];
