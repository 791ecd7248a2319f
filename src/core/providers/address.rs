//! Where a provider call goes. Real accounts reach the provider's own host over https and nothing else; sandbox
//! accounts reach a simulator on this machine and nothing else. Sending is left to the edge.

use url::{Host, Url};

use crate::core::media_url::is_live_media;
use crate::core::step::{ProviderCall, Verb};

/// Why a file is not asked for: its url is none of the provider's media hosts. Nothing was sent.
pub const NO_MEDIA_HOST: &str = "the file is at none of the provider's media hosts";

/// Where the simulator keeps files.
const SIMULATED_MEDIA: &str = "/media/";

/// The live hosts, by provider.
const LIVE: &[(&str, &str)] = &[("pixverse", "https://app-api.pixverse.ai")];

/// The object stores that live uploads go to, by provider.
const STORES: &[(&str, &str)] = &[("pixverse", "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com")];

/// Where the simulator has its object store.
const SIMULATED_STORE: &str = "/oss";

/// The address of a call. `simulator` is where the operator says that the simulator runs.
///
/// # Errors
/// Why the call must not be sent; the text names no address.
pub fn address_of(call: &ProviderCall, simulator: Option<&str>) -> Result<Url, String> {
    if call.verb == Verb::Head {
        return media_address(call, simulator);
    }
    let is_file = call.verb == Verb::Put;
    let hosts = if is_file { STORES } else { LIVE };
    let base = if call.sandbox { simulator_base(simulator)? } else { live_base(&call.provider_id, hosts)? };
    let folder = if is_file && call.sandbox { SIMULATED_STORE } else { "" };
    // A path that does not start with a slash could change the host: https://host + @elsewhere.
    if !call.path.starts_with('/') {
        return Err("the path of a provider call must start with a slash".to_owned());
    }
    let text = format!("{}{folder}{}", base.as_str().trim_end_matches('/'), call.path);
    let address =
        Url::parse(&text).map_err(|error| format!("the path of a provider call is odd: {error}"))?;
    if address.origin() != base.origin() {
        return Err("the path of a provider call must stay on the provider's host".to_owned());
    }
    Ok(address)
}

/// The address of a file. A url comes out of a payload, so nothing but known hosts is asked, and nothing is carried along.
/// The simulator keeps what the provider's media hosts would: a sandbox file that is named there is asked for here.
fn media_address(call: &ProviderCall, simulator: Option<&str>) -> Result<Url, String> {
    let refused = || NO_MEDIA_HOST.to_owned();
    if call.credential.is_some() || call.body.is_some() {
        return Err(refused());
    }
    let address = Url::parse(&call.path).map_err(|_| refused())?;
    let is_live = is_live_media(&address);
    if !call.sandbox {
        return if is_live { Ok(address) } else { Err(refused()) };
    }
    let mut here = simulator_base(simulator)?;
    if is_live {
        here.set_path(&format!("{}{}", SIMULATED_MEDIA.trim_end_matches('/'), address.path()));
        return Ok(here);
    }
    let is_here = address.origin() == here.origin()
        && address.username().is_empty()
        && address.password().is_none()
        && address.path().starts_with(SIMULATED_MEDIA);
    if is_here { Ok(address) } else { Err(refused()) }
}

fn live_base(provider_id: &str, hosts: &[(&str, &str)]) -> Result<Url, String> {
    let live = hosts.iter().find(|(id, _)| *id == provider_id).map(|(_, base)| *base);
    let base = live.ok_or_else(|| format!("provider {provider_id:?} has no known host"))?;
    Url::parse(base).map_err(|error| format!("provider {provider_id:?} has no usable host: {error}"))
}

/// Where the simulator is.
///
/// # Errors
/// Why it may not be asked; the text names no address.
pub fn simulator_base(simulator: Option<&str>) -> Result<Url, String> {
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
            file: None,
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

    fn head(sandbox: bool, url: &str) -> ProviderCall {
        ProviderCall { verb: Verb::Head, ..call(sandbox, url) }
    }

    #[test]
    fn a_live_file_is_asked_for_at_known_media_hosts_only() {
        for url in [
            "https://media.pixverse.ai/pixverse/a.mp4?x=1",
            "https://cdn.pixverse.ai/a.mp4",
            "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com/upload/a.png",
        ] {
            assert_eq!(address_of(&head(false, url), None).unwrap().as_str(), url);
        }
        for url in [
            "http://media.pixverse.ai/a.mp4",
            "https://media.pixverse.ai:8443/a.mp4",
            "https://me@media.pixverse.ai/a.mp4",
            "https://media.pixverse.ai@evil.example/a.mp4",
            "https://media.pixverse.ai.evil.example/a.mp4",
            "https://pixverse-fe-upload.oss-x.evil.aliyuncs.com/a.mp4",
            "https://app-api.pixverse.ai/creative_platform/x",
            "http://127.0.0.1:8788/media/a.mp4",
            "/media/a.mp4",
        ] {
            let refused = address_of(&head(false, url), Some("http://127.0.0.1:8788"));
            assert_eq!(refused, Err(NO_MEDIA_HOST.to_owned()), "{url}");
        }
    }

    #[test]
    fn a_sandbox_file_is_asked_for_at_the_simulator_only() {
        let base = Some("http://127.0.0.1:8788");
        assert!(address_of(&head(true, "http://127.0.0.1:8788/media/a.mp4"), base).is_ok());
        let named_elsewhere = "https://media.pixverse.ai/pixverse%2Fa%20b.mp4?x=1";
        let here = address_of(&head(true, named_elsewhere), base).unwrap();
        assert_eq!(here.as_str(), "http://127.0.0.1:8788/media/pixverse%2Fa%20b.mp4");
        for url in [
            "http://127.0.0.1:8789/media/a.mp4",
            "http://localhost:8788/media/a.mp4",
            "http://127.0.0.1:8788/control/reset",
            "http://127.0.0.1:8788/media/../control/reset",
            "https://media.example/media/a.mp4",
        ] {
            assert_eq!(address_of(&head(true, url), base), Err(NO_MEDIA_HOST.to_owned()), "{url}");
        }
        assert!(address_of(&head(true, "http://127.0.0.1:8788/media/a.mp4"), None).is_err());
    }

    #[test]
    fn a_file_is_asked_for_without_a_credential() {
        let mut call = head(false, "https://media.pixverse.ai/a.mp4");
        call.credential = Some(("token", "sealed".to_owned()));
        assert!(address_of(&call, None).is_err());
    }

    #[test]
    fn a_file_is_put_into_the_providers_store_or_the_simulators() {
        let put = |sandbox| ProviderCall { verb: Verb::Put, ..call(sandbox, "/upload/a.png") };
        let live = address_of(&put(false), Some("http://127.0.0.1:8788")).unwrap();
        assert_eq!(live.as_str(), "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com/upload/a.png");
        let here = address_of(&put(true), Some("http://127.0.0.1:8788")).unwrap();
        assert_eq!(here.as_str(), "http://127.0.0.1:8788/oss/upload/a.png");
        assert!(address_of(&put(true), None).is_err());
    }

    #[test]
    fn an_unknown_provider_has_no_address() {
        let mut unknown = call(false, "/a");
        unknown.provider_id = "acme".to_owned();
        assert!(address_of(&unknown, None).is_err());
    }
}
