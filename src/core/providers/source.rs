//! Which urls a file may be fetched from: public ones. Nothing is asked of this machine, of its network or of a name that
//! only they know, wherever a redirect leads; a sandbox owner's files may lie at the local simulator too. What a public
//! name resolves to is left to the platform, which reaches no private network.

// Addresses alone: `core` has no sockets.
use ::core::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::core::providers::address::simulator_base;

/// The simulator's control plane is no place of files.
const SIMULATOR_CONTROL: &str = "/__sim/";
/// Endings of names that are not the public's.
const OWN_NAMES: [&str; 7] =
    [".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".onion"];

/// What kind of place a url names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anybody may ask there.
    Public,
    /// This machine.
    Here,
    /// Something else, or no place at all.
    Closed,
}

/// The place of a file's url.
#[must_use]
pub fn place_of(url: &str) -> Place {
    Url::parse(url).map_or(Place::Closed, |url| place(&url))
}

/// The address of a file that is to be fetched; `None` where nothing may be asked.
#[must_use]
pub fn source_address(url: &str, sandbox: bool, simulator: Option<&str>) -> Option<Url> {
    let address = Url::parse(url).ok()?;
    match place(&address) {
        Place::Public => Some(address),
        Place::Here if sandbox => {
            let base = simulator_base(simulator).ok()?;
            let is_file = address.origin() == base.origin() && !address.path().starts_with(SIMULATOR_CONTROL);
            is_file.then_some(address)
        }
        Place::Here | Place::Closed => None,
    }
}

/// Where a redirect leads: a url of its own, or one relative to where it was found.
#[must_use]
pub fn redirected(from: &Url, location: &str) -> Option<String> {
    from.join(location).ok().map(String::from)
}

fn place(url: &Url) -> Place {
    let is_web = matches!(url.scheme(), "http" | "https");
    if !is_web || !url.username().is_empty() || url.password().is_some() {
        return Place::Closed;
    }
    let place = match url.host() {
        Some(Host::Domain(name)) => named(name),
        Some(Host::Ipv4(address)) => v4(address),
        Some(Host::Ipv6(address)) => v6(address),
        None => Place::Closed,
    };
    // Elsewhere an odd port is somebody's service and no web server.
    if place == Place::Public && url.port().is_some() { Place::Closed } else { place }
}

fn named(name: &str) -> Place {
    let name = name.trim_end_matches('.');
    match name {
        "localhost" => Place::Here,
        _ if !name.contains('.') || OWN_NAMES.iter().any(|own| name.ends_with(own)) => Place::Closed,
        _ => Place::Public,
    }
}

fn v4(address: Ipv4Addr) -> Place {
    let [first, second, third, _] = address.octets();
    let is_closed = address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        // Multicast, reserved, and the broadcast.
        || first >= 224
        // Behind a provider's NAT.
        || (first == 100 && (64..128).contains(&second))
        // Protocol assignments, and networks that are measured.
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second));
    match () {
        () if address.is_loopback() => Place::Here,
        () if is_closed => Place::Closed,
        () => Place::Public,
    }
}

fn v6(address: Ipv6Addr) -> Place {
    if address.is_loopback() {
        return Place::Here;
    }
    // Only global unicast, and of that nothing that carries an address of version 4 in itself.
    let [first, second, ..] = address.segments();
    let is_global = (0x2000..0x4000).contains(&first);
    let is_embedding = first == 0x2002 || (first == 0x2001 && (second == 0 || second == 0xdb8));
    if is_global && !is_embedding { Place::Public } else { Place::Closed }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMULATOR: Option<&str> = Some("http://127.0.0.1:8788");

    #[test]
    fn public_files_are_fetched_as_they_are_named() {
        for url in [
            "https://img.example.com/a%20b.png?x=1",
            "http://img.example.com/a.png",
            "https://93.184.216.34/a.png",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/a.png",
            "https://img.example.com.:443/a.png",
        ] {
            for sandbox in [false, true] {
                assert!(source_address(url, sandbox, SIMULATOR).is_some(), "{url}");
            }
            assert_eq!(place_of(url), Place::Public);
        }
    }

    #[test]
    fn nothing_is_asked_of_a_closed_place() {
        for url in [
            "ftp://img.example.com/a.png",
            "file:///etc/passwd",
            "https://me@img.example.com/a.png",
            "https://:secret@img.example.com/a.png",
            "https://img.example.com:8443/a.png",
            "https://router/a.png",
            "https://nas.local/a.png",
            "https://metadata.google.internal/a.png",
            "https://a.localhost/a.png",
            "http://10.0.0.1/a.png",
            "http://172.16.0.1/a.png",
            "http://192.168.1.1/a.png",
            "http://169.254.169.254/latest/meta-data",
            "http://100.64.0.1/a.png",
            "http://0.0.0.0/a.png",
            "http://224.0.0.1/a.png",
            "http://255.255.255.255/a.png",
            "http://198.18.0.1/a.png",
            "http://192.0.0.8/a.png",
            "http://203.0.113.5/a.png",
            "http://[::]/a.png",
            "http://[fe80::1]/a.png",
            "http://[fd00::1]/a.png",
            "http://[::ffff:10.0.0.1]/a.png",
            "http://[::ffff:127.0.0.1]/a.png",
            "http://[64:ff9b::a00:1]/a.png",
            "http://[2002:a00:1::]/a.png",
            "http://[2001:db8::1]/a.png",
            "nonsense",
        ] {
            assert_eq!(place_of(url), Place::Closed, "{url}");
            assert_eq!(source_address(url, true, SIMULATOR), None, "{url}");
        }
    }

    #[test]
    fn of_this_machine_only_the_simulators_files_and_only_for_a_sandbox() {
        let file = "http://127.0.0.1:8788/media/elsewhere/a.png";
        assert!(source_address(file, true, SIMULATOR).is_some());
        assert_eq!(source_address(file, false, SIMULATOR), None);
        assert_eq!(source_address(file, true, None), None);
        for url in [
            "http://127.0.0.1:8787/media/a.png",
            "http://127.0.0.1/media/a.png",
            "http://localhost:8788/media/a.png",
            "http://[::1]:8788/media/a.png",
            "http://127.0.0.1:8788/__sim/log",
            "http://127.0.0.1:8788/media/../__sim/log",
            // Other spellings of 127.0.0.1.
            "http://2130706433/media/a.png",
            "http://0x7f.1:8789/media/a.png",
        ] {
            assert_eq!(place_of(url), Place::Here, "{url}");
            assert_eq!(source_address(url, true, SIMULATOR), None, "{url}");
        }
    }

    #[test]
    fn a_redirect_may_be_relative() {
        let from = Url::parse("https://img.example.com/a/b.png").unwrap();
        let to = |location| redirected(&from, location);
        assert_eq!(to("/c.png").as_deref(), Some("https://img.example.com/c.png"));
        assert_eq!(to("http://10.0.0.1/").as_deref(), Some("http://10.0.0.1/"));
    }
}
