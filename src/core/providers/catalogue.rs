//! What each provider's interfaces can do, and where their credentials come from. How they are called is left to each
//! provider's own folder.

use serde::Serialize;

use crate::core::media::Api;
use crate::core::providers::pixverse;

/// A provider as users see it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ProviderInfo {
    /// Its name in requests and rows.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Its interfaces.
    pub apis: &'static [ApiInfo],
}

/// One interface of a provider.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ApiInfo {
    /// Its name in requests and rows.
    pub api: Api,
    /// Whether it lists what an account has: whether an account can be synced.
    pub can_list: bool,
    /// Whether it takes generation requests.
    pub can_generate: bool,
    /// Whether it tells about one asset by its id.
    pub can_fetch_by_id: bool,
    /// Whether it calls back when something is done.
    pub webhooks: bool,
    /// Whether `POST /accounts/connect` works, so that nobody has to copy a secret.
    pub can_connect: bool,
    /// The kinds of secret that open it.
    pub credentials: &'static [CredentialInfo],
    /// For an interface without listing: what works in its place.
    pub instead_of_listing: Option<&'static str>,
}

/// A kind of secret.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CredentialInfo {
    /// Its name in requests and rows.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where a user gets one.
    pub comes_from: &'static str,
}

/// Every provider.
pub const PROVIDERS: &[ProviderInfo] = &[ProviderInfo {
    id: pixverse::PROVIDER_ID,
    name: "Pixverse",
    apis: &[
        ApiInfo {
            api: Api::Library,
            can_list: true,
            can_generate: true,
            can_fetch_by_id: true,
            webhooks: false,
            can_connect: true,
            credentials: &[
                CredentialInfo {
                    kind: "token",
                    comes_from: "POST /api/v1/accounts/connect: a person approves a code at Pixverse; it lasts thirty days",
                },
                CredentialInfo {
                    kind: "access_key",
                    comes_from: "Pixverse, which gives them to some customers; its own command line reads it from PIXVERSE_ACCESS_KEY",
                },
            ],
            instead_of_listing: None,
        },
        ApiInfo {
            api: Api::OpenPlatform,
            can_list: false,
            can_generate: true,
            can_fetch_by_id: true,
            webhooks: true,
            can_connect: false,
            credentials: &[CredentialInfo {
                kind: "api_key",
                comes_from: "platform.pixverse.ai, under API keys",
            }],
            instead_of_listing: Some(
                "Pixverse's open platform has no listing: hand in saved pages with POST /api/v1/accounts/{id}/pages, or ids with POST /api/v1/accounts/{id}/ids",
            ),
        },
    ],
}];

/// A provider by its name.
#[must_use]
pub fn provider(id: &str) -> Option<&'static ProviderInfo> {
    PROVIDERS.iter().find(|provider| provider.id == id)
}

/// One interface of a provider.
#[must_use]
pub fn api_of(provider_id: &str, api: Api) -> Option<&'static ApiInfo> {
    provider(provider_id)?.apis.iter().find(|info| info.api == api)
}
