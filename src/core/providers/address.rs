//! Where a provider call goes. Real accounts reach the provider's own host over https and nothing else; sandbox
//! accounts reach a simulator on this machine and nothing else. Sending is left to the edge.

use url::{Host, Url};

use crate::core::step::ProviderCall;

/// The live hosts, by provider.
const LIVE: &[(&str, &str)] = &[("pixverse", "https://app-api.pixverse.ai")];

/// The address of a call. `simulator` is where the operator says that the simulator runs.
///
/// # Errors
/// Why the call must not be sent; the text names no address.
pub fn address_of(call: &ProviderCall, simulator: Option<&str>) -> Result<Url, String> {
    let base = if call.sandbox { simulator_base(simulator)? } else { live_base(&call.provider_id)? };
    // A path that does not start with a slash could change the host: https://host + @elsewhere.
    if !call.path.starts_with('/') {
        return Err("the path of a provider call must start with a slash".to_owned());
    }
    let text = format!("{}{}", base.as_str().trim_end_matches('/'), call.path);
    let address =
        Url::parse(&text).map_err(|error| format!("the path of a provider call is odd: {error}"))?;
    if address.origin() != base.origin() {
        return Err("the path of a provider call must stay on the provider's host".to_owned());
    }
    Ok(address)
}

fn live_base(provider_id: &str) -> Result<Url, String> {
    let live = LIVE.iter().find(|(id, _)| *id == provider_id).map(|(_, base)| *base);
    let base = live.ok_or_else(|| format!("provider {provider_id:?} has no known host"))?;
    Url::parse(base).map_err(|error| format!("provider {provider_id:?} has no usable host: {error}"))
}

fn simulator_base(simulator: Option<&str>) -> Result<Url, String> {
    let text = simulator.ok_or("this owner's accounts live at the simulator, and none is configured")?;
    let base = Url::parse(text).map_err(|_| "PIXVERSE_SIMULATOR_BASE is no address".to_owned())?;
    if base.scheme() != "http" || !is_loopback(&base) || !base.username().is_empty() {
        return Err(
            "PIXVERSE_SIMULATOR_BASE must be http on this machine (127.0.0.1 or localhost)".to_owned()
        );
    }
    Ok(base)
}

fn is_loopback(base: &Url) -> bool {
    match base.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::step::Verb;

    fn call(sandbox: bool, path: &str) -> ProviderCall {
        ProviderCall {
            provider_id: "pixverse".to_owned(),
            sandbox,
            verb: Verb::Get,
            path: path.to_owned(),
            headers: Vec::new(),
            credential: None,
            body: None,
            open: Vec::new(),
            seal: Vec::new(),
        }
    }

    #[test]
    fn real_accounts_reach_the_live_host_whatever_is_configured() {
        for simulator in [None, Some("http://127.0.0.1:8788")] {
            let address = address_of(&call(false, "/creative_platform/x?a=1"), simulator).unwrap();
            assert_eq!(address.as_str(), "https://app-api.pixverse.ai/creative_platform/x?a=1");
        }
    }

    #[test]
    fn sandbox_accounts_reach_this_machine_only() {
        for (base, path) in
            [("http://127.0.0.1:8788", "/a"), ("http://localhost:1/", "/a"), ("http://[::1]:1", "/a")]
        {
            assert!(address_of(&call(true, path), Some(base)).is_ok(), "{base}");
        }
        for base in [
            "https://app-api.pixverse.ai",
            "http://app-api.pixverse.ai",
            "https://127.0.0.1",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "http://10.0.0.1",
            "nonsense",
        ] {
            assert!(address_of(&call(true, "/a"), Some(base)).is_err(), "{base}");
        }
        assert!(address_of(&call(true, "/a"), None).is_err());
    }

    #[test]
    fn a_path_cannot_leave_the_host() {
        for path in ["@evil.example/", ".evil.example/", ":80@evil.example/", "", "a"] {
            assert!(address_of(&call(false, path), None).is_err(), "{path}");
        }
        let kept = address_of(&call(false, "//evil.example/a"), None).unwrap();
        assert_eq!(kept.host_str(), Some("app-api.pixverse.ai"));
    }

    #[test]
    fn an_unknown_provider_has_no_address() {
        let mut unknown = call(false, "/a");
        unknown.provider_id = "acme".to_owned();
        assert!(address_of(&unknown, None).is_err());
    }
}
