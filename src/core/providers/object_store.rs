//! How a PUT into an Alibaba Cloud object store (OSS) is signed: the V1 scheme, HMAC-SHA1 over the verb, the content's type,
//! the date, the store's own headers and the resource. Everything about the scheme stands here, so that V4 could stand in
//! its stead. Pure: the secrets come in opened from the edge, which also computes the HMAC.
//!
//! V1, because Pixverse's own client was seen to send `authorization`, `x-oss-date`, `x-oss-security-token` and
//! `x-oss-forbid-overwrite`, without the `x-oss-content-sha256` that V4 demands. Source: "Include a V1 signature in the
//! Authorization header", Alibaba Cloud's documentation of OSS; its example is the test below.

use crate::core::carry::FileKind;

/// Who signs, by sealed texts that only the edge can open, and what stays the same for every kind of file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The bucket, which the host names and the signature repeats.
    pub bucket: &'static str,
    /// The date of the signature, as HTTP writes it. The store believes it for 15 minutes.
    pub date: String,
    /// The access key's id, sealed.
    pub access_key: String,
    /// The access key's secret, sealed.
    pub secret: String,
    /// The security token that makes the two good for a while, sealed.
    pub token: String,
}

/// Opened secrets of a [`Signer`], for one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The access key's id.
    pub access_key: String,
    /// The access key's secret: the HMAC's key.
    pub secret: String,
    /// The security token.
    pub token: String,
}

impl Signer {
    /// The headers of a PUT that overwrites nothing.
    #[must_use]
    pub fn headers(&self, kind: FileKind, opened: &Opened) -> Vec<(&'static str, String)> {
        vec![
            ("content-type", kind.content_type().to_owned()),
            ("x-oss-date", self.date.clone()),
            ("x-oss-forbid-overwrite", "true".to_owned()),
            ("x-oss-security-token", opened.token.clone()),
        ]
    }

    /// What is signed for a PUT with these headers. `path` is the object's, with its leading slash.
    #[must_use]
    pub fn message(&self, path: &str, headers: &[(&'static str, String)]) -> String {
        string_to_sign("PUT", &format!("/{}{path}", self.bucket), headers)
    }
}

/// The `authorization` header, from the base64 of HMAC-SHA1 over the message.
#[must_use]
pub fn authorization(opened: &Opened, signature: &str) -> String {
    format!("OSS {}:{signature}", opened.access_key)
}

/// The string to sign. Headers are named in lower case. The store's own date goes before the usual one.
fn string_to_sign(verb: &str, resource: &str, headers: &[(&'static str, String)]) -> String {
    let value =
        |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    let date = value("x-oss-date").or_else(|| value("date")).unwrap_or_default();
    let lines =
        [verb, value("content-md5").unwrap_or_default(), value("content-type").unwrap_or_default(), date];
    let mut own: Vec<String> = Vec::new();
    for (name, value) in headers.iter().filter(|(name, _)| name.starts_with("x-oss-")) {
        let line = format!("{name}:{}", value.trim());
        own.insert(own.partition_point(|known| *known <= line), line);
    }
    let own = own.iter().map(String::as_str);
    lines.into_iter().chain(own).chain([resource]).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation's own example, with the string that it says is signed. What HMAC-SHA1 makes of it is looked at
    /// in `tests/it/create/uploads.rs`.
    #[test]
    fn the_documented_example_is_signed_as_documented() {
        let headers = [
            ("content-md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM="),
            ("content-type", "text/html"),
            ("date", "Thu, 17 Nov 2005 18:49:58 GMT"),
            ("x-oss-meta-author", "foo@bar.com"),
            ("x-oss-magic", "abracadabra"),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        let expected = "PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\nThu, 17 Nov 2005 18:49:58 GMT\n\
            x-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson";
        assert_eq!(string_to_sign("PUT", "/oss-example/nelson", &headers), expected);
    }
}
