//! A provider's failure as a problem document. What the failure means is left to the provider's own folder.

use crate::core::api::problem::Problem;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::account::explain;

/// The problem document for a failure that met a question about an account: 422 when the credential is at fault, 502
/// when the provider is.
#[must_use]
pub fn account_problem(failure: &Failure) -> Problem {
    match failure.class {
        Class::Auth | Class::Forbidden | Class::Validation => with_class(
            Problem::new(422, "credential_refused", "The provider refused the credential"),
            failure,
        ),
        _ => unavailable(failure),
    }
}

/// 502: the provider could not be asked, or gave no usable answer.
#[must_use]
pub fn unavailable(failure: &Failure) -> Problem {
    let problem = Problem::new(502, "provider_unavailable", "The provider gave no usable answer");
    let problem = with_class(problem, failure);
    match failure.retry_after_s {
        Some(seconds) => problem.header("retry-after", seconds.to_string()),
        None => problem,
    }
}

fn with_class(problem: Problem, failure: &Failure) -> Problem {
    problem
        .detail(explain(failure))
        .member("class", failure.class.as_str())
        .member("provider_code", failure.code.as_str())
}
