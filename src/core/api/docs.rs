//! The page at `/docs`: one page with every operation and every problem code. A problem document's `type` points at its code
//! here. The page is made from the table of routes and loads
//! nothing from anywhere. It stands rendered in `web/static`, so that no isolate carries it; a test holds the two equal.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::core::api::routes::ROUTES;

/// Every stable code that a problem document can carry, and what it means.
pub const CODES: &[(&str, &str)] = &[
    ("admin_only", "403: this needs the service's admin token, not an owner's."),
    ("already_created", "409: the same Idempotency-Key has made this already, and its secret is shown once."),
    ("already_over", "409: the generation has come to an end; there is nothing left to give up."),
    (
        "auth_required",
        "409 or 502: the account's credential is missing or no longer accepted: connect it again.",
    ),
    ("bad_request", "422: the request to inspect is not readable JSON."),
    ("body_cut", "400: the request body did not arrive in full."),
    ("body_too_large", "413: the request body is longer than this operation takes."),
    ("busy", "503: too many writers met on the same rows; nothing was changed, try again."),
    ("credential_refused", "422: the provider does not accept the credential that was sent."),
    ("database_error", "500: the database refused a statement; the log says more."),
    ("database_full", "503: the database is as large as the plan lets it be; waiting does not help."),
    ("database_unavailable", "503: the database does not answer; try again."),
    ("drift_closed", "409: the finding's cause is gone; it opens again by itself if the cause comes back."),
    ("endless", "500: the work did not come to an end."),
    ("idempotency_key_in_use", "409: the first request with this key has no answer yet."),
    ("idempotency_key_reused", "422: this key was used with another path or body; take a new one."),
    (
        "import_not_empty",
        "409: an import goes into an owner that holds no assets, observations and decisions.",
    ),
    ("input_not_media", "422: the url is no file of a kind that the provider takes."),
    ("input_too_large", "422: the file is larger than the provider takes."),
    ("input_unreachable", "422: the url gives no file, or leads to no public address."),
    ("internal", "500: Driftline itself is at fault."),
    ("invalid_body", "422: the body is not of the documented shape; the detail names the member."),
    (
        "invalid_generation",
        "422: the request for media breaks rules; `errors` names every one with a JSON pointer.",
    ),
    ("invalid_parameter", "422: one parameter is not as documented; `parameter` names it."),
    ("invalid_selector", "422: say which assets: ids, or a provider with a scope."),
    ("invalid_utf8", "400: the request body is not UTF-8."),
    (
        "listing_not_supported",
        "409: this account's interface cannot list a library; `instead` says what works.",
    ),
    ("media_types_differ", "409: the two assets are of different media types, so they are not one."),
    ("method_not_allowed", "405: the path exists and does not take this method; see the Allow header."),
    ("missing_member", "422: the request to inspect lacks a member."),
    ("no_entropy", "500: the platform gave no random bytes."),
    ("no_such_route", "404: there is nothing at this path."),
    ("not_a_page", "422: there are no rows in what was handed in."),
    ("not_an_export", "422: the body is no part of an export; the detail names the line."),
    ("not_an_object", "422: the payload to inspect is JSON, but no object."),
    ("not_configured", "500: a secret or a binding of the service is missing."),
    ("not_found", "404: no such thing, or it is another owner's."),
    ("not_json", "422: the payload to inspect, or what was handed in, is not readable JSON."),
    ("not_migrated", "503: the database lacks tables: apply the migrations."),
    ("not_replayable", "409: only a job that is under way or failed can be tried again."),
    ("nothing_to_apply", "409: the finding cannot be settled from what is stored; the detail says what can."),
    ("nothing_to_confirm", "409: the run waits for no confirmation."),
    ("nothing_to_fill", "409: the run left nothing unscanned, or is not over."),
    (
        "nothing_to_unmerge",
        "409: nobody merged anything into this asset, and no alias stands beside its own id.",
    ),
    (
        "operation_not_supported",
        "409: the account's interface has no such operation; `operations` lists what it has.",
    ),
    ("outcome_unknown", "503: the connection was lost while writing: look before you try again."),
    ("owner_exists", "409: an owner of that name exists and is of the other kind."),
    ("platform_quota", "503: the platform's limit for today is used up; it resets at midnight UTC."),
    ("position_taken", "409: another parent has that position by hand."),
    ("precondition_failed", "412: the thing is not as you saw it last: read it again."),
    ("provider_error", "502: the provider did not answer as it should; `class` says how it failed."),
    ("provider_unavailable", "502: the provider could not be asked, or gave no usable answer."),
    ("run_over", "409: the run has ended: start another one."),
    ("run_under_way", "409: the account's other run is under way or paused."),
    ("unauthorized", "401: a valid bearer token is needed."),
    ("unknown_media_type", "422: the media type to inspect is not video, image or audio."),
    ("unknown_provider", "422: no extractor is known for this provider."),
    ("upload_refused", "422: the provider does not take the file; `class` says why."),
    (
        "webhook_not_believed",
        "401: the delivery's signature or timestamp does not prove that the provider sent it.",
    ),
];

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%}td{padding:.3rem .6rem;border-top:1px solid #8884;\
    vertical-align:top}:target{outline:2px solid}:root{color-scheme:light dark}";

/// The page as HTML.
#[must_use]
pub fn render_page() -> String {
    let mut body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Driftline: the interface</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style><h1>Driftline</h1>\
         <p>Every shape and example stands in <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1). Send \
         <code>Authorization: Bearer &lt;token&gt;</code>; a POST takes an <code>Idempotency-Key</code>.</p>\
         <h2>Operations</h2><table>"
    );
    for route in ROUTES.iter().copied().flatten() {
        // Writing to a String cannot fail.
        let _ = write!(
            body,
            "<tr id=\"{}\"><td><code>{}</code><td><code>{}</code><td>{}",
            route.operation_id,
            format!("{:?}", route.method).to_uppercase(),
            route.path,
            route.summary
        );
    }
    body.push_str("</table><h2>Problem codes</h2><table>");
    for (code, meaning) in CODES {
        let _ = write!(body, "<tr id=\"{code}\"><td><code>{code}</code><td>{meaning}");
    }
    body.push_str("</table></html>");
    body
}

/// The page's Content-Security-Policy: nothing may be loaded; the one style is allowed by its digest.
#[must_use]
pub fn policy() -> String {
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
